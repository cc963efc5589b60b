package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * RAdam, rectified Adam: {@link Adam} that warms itself up.
 *
 * <p>In the first steps Adam's denominator rests on few gradients and scatters; RAdam goes without
 * it until it can be trusted (from step 6 on with the default beta2), and scales the step by how
 * far it can.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> m and v as Adam's. With {@code r_inf = 2 / (1 - beta2) - 1} and
 * {@code r = r_inf - 2 t beta2^t / (1 - beta2^t)}: if {@code r > 5}, {@code w -= eta mhat c sqrt(1
 * - beta2^t) / (sqrt(v) + epsilon)} with {@code c^2 = (r - 4)(r - 2) r_inf / ((r_inf - 4)(r_inf -
 * 2) r)}; else {@code w -= eta mhat}. As in PyTorch, where epsilon is added to the uncorrected
 * root.
 *
 * <p><b>State.</b> 2 x parameters: M, V.
 *
 * <p><b>Edges.</b> As Adam's. The first steps are as long as the gradient, not as the rate.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9999 and
 * 0.999747368.
 *
 * <p><b>Departs from DL4J.</b> DL4J has none.
 *
 * @see <a href="https://arxiv.org/abs/1908.03265">Liu et al. (2019)</a>
 */
public final class RAdam extends AdamRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "radam";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1e-3);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-8);

  /** Takes the defaults. */
  public RAdam() {
    this(Hyperparameters.standard(LEARNING_RATE));
  }

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public RAdam(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public RAdam(ISchedule learningRate) {
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
   * @param epsilon addend to the denominator
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public RAdam(
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
    double filled = filled(beta2, step);
    double most = 2 / (1 - beta2) - 1;
    double length = most - 2 * step.number() * Math.pow(beta2, step.number()) / filled;
    double rate = step.learningRate() / filled(beta1, step);
    if (length > 5) {
      double rectified =
          Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length));
      rate *= rectified * Math.sqrt(filled);
    }
    NativeAdam.update(step.gradient(), step.state(0), step.state(1), rate, beta1, beta2, epsilon());
    if (!(length > 5)) {
      step.state(0).muli(rate, step.gradient());
    }
  }

  @Override
  protected long chunkLength() {
    return Long.MAX_VALUE;
  }

  @Override
  protected Parameter<ISchedule> learningRateParameter() {
    return LEARNING_RATE;
  }

  @Override
  protected String pluginName() {
    return NAME;
  }

  /** Builds {@link RAdam}. */
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
    public RAdam build() {
      return new RAdam(learningRate, beta1, beta2, epsilon);
    }
  }

  /** Makes {@link RAdam} by the name {@code radam}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "Adam that warms itself up: rectified by the variance of its denominator",
          "https://arxiv.org/abs/1908.03265");
      parameters(LEARNING_RATE, Hyperparameters.BETA1, Hyperparameters.BETA2, EPSILON);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new RAdam(
          arguments.get(LEARNING_RATE),
          arguments.get(Hyperparameters.BETA1),
          arguments.get(Hyperparameters.BETA2),
          arguments.get(EPSILON));
    }
  }
}
