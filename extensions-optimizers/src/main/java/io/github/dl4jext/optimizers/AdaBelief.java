package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * AdaBelief: {@link Adam} that divides by the deviation of the gradient from its running mean.
 *
 * <p>Where the gradient is as expected the step is long, where it surprises the step is short.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-16</td><td>as the gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code m = beta1 m + (1 - beta1) g}, {@code s = beta2 s + (1 - beta2)
 * (g - m)^2 + epsilon}, {@code w -= eta mhat / (sqrt(s / (1 - beta2^t)) + epsilon)}, as the
 * authors' program.
 *
 * <p><b>State.</b> 2 x parameters: M, S.
 *
 * <p><b>Edges.</b> As Adam's. A gradient that never changes makes s vanish, and steps of up to
 * {@code eta mhat / sqrt(epsilon)}: with a noiseless gradient take a larger epsilon.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.998888889 and
 * 0.997772013.
 *
 * <p><b>Departs from DL4J.</b> DL4J's throws an {@code ArrayIndexOutOfBoundsException} in every
 * network.
 *
 * @see <a href="https://arxiv.org/abs/2010.07468">Zhuang et al. (2020)</a>
 */
public final class AdaBelief extends AdamRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "adabelief";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1e-3);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-16);

  /** Takes the defaults. */
  public AdaBelief() {
    this(Hyperparameters.standard(LEARNING_RATE));
  }

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public AdaBelief(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public AdaBelief(ISchedule learningRate) {
    this(
        learningRate,
        Hyperparameters.standard(Hyperparameters.BETA1),
        Hyperparameters.standard(Hyperparameters.BETA2),
        EPSILON.defaultValue().orElseThrow());
  }

  /**
   * Takes everything.
   *
   * @param learningRate size of a step
   * @param beta1 decay of the mean gradient
   * @param beta2 decay of the mean squared gradient
   * @param epsilon addend to the variance and to its root
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public AdaBelief(
      @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
          ISchedule learningRate,
      @JsonProperty(value = "beta1", required = true) @NumberOrSchedule.Json ISchedule beta1,
      @JsonProperty(value = "beta2", required = true) @NumberOrSchedule.Json ISchedule beta2,
      @JsonProperty(value = "epsilon", required = true) double epsilon) {
    super(learningRate, beta1, beta2, epsilon);
    check(NAME, LEARNING_RATE, learningRate, beta1, beta2, EPSILON, epsilon).done();
  }

  /**
   * Starts with the defaults.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected void update(Step step) {
    double beta1 = beta1(step);
    double beta2 = beta2(step);
    INDArray gradient = step.gradient();
    INDArray mean = step.state(0);
    INDArray root = step.scratch(0);
    Vectors.average(mean, beta1, gradient);
    gradient.subi(mean);
    Vectors.averageOfSquares(step.state(1), beta2, gradient, root);
    step.state(1).addi(epsilon());
    Vectors.root(step.state(1), 1 / Math.sqrt(filled(beta2, step)), epsilon(), root);
    mean.div(root, gradient).muli(step.learningRate() / filled(beta1, step));
  }

  @Override
  protected Parameter<ISchedule> learningRateParameter() {
    return LEARNING_RATE;
  }

  @Override
  protected String pluginName() {
    return NAME;
  }

  @Override
  protected List<String> stateNames() {
    return List.of("M", "S");
  }

  /** Builds {@link AdaBelief}. */
  public static final class Builder extends AdamBuilder<Builder> {

    private Builder() {
      super(Hyperparameters.standard(LEARNING_RATE), EPSILON.defaultValue().orElseThrow());
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Builds it.
     *
     * @return the optimizer
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a value is out of range
     */
    public AdaBelief build() {
      return new AdaBelief(learningRate, beta1, beta2, epsilon);
    }
  }

  /** Makes {@link AdaBelief} by the name {@code adabelief}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "Adam that divides by how far the gradient is from what was expected",
          "https://arxiv.org/abs/2010.07468");
      parameters(LEARNING_RATE, Hyperparameters.BETA1, Hyperparameters.BETA2, EPSILON);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new AdaBelief(
          arguments.get(LEARNING_RATE),
          arguments.get(Hyperparameters.BETA1),
          arguments.get(Hyperparameters.BETA2),
          arguments.get(EPSILON));
    }
  }
}
