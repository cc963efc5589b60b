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
 * Adam: steps along the running mean of the gradient, divided by the root of the running mean of
 * its square.
 *
 * <p>Each parameter gets steps of about the learning rate, whatever the scale of its gradient. The
 * usual first choice; with decoupled weight decay see {@link AdamW}.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t</b> (from 1): {@code m = beta1 m + (1 - beta1) g}, {@code v = beta2 v + (1
 * - beta2) g^2}, {@code w -= eta mhat / (sqrt(vhat) + epsilon)} with {@code mhat = m / (1 -
 * beta1^t)} and {@code vhat = v / (1 - beta2^t)}. Epsilon is added to the corrected root, as in
 * PyTorch. A scheduled beta enters the corrections with its present value, as in PyTorch.
 *
 * <p><b>State.</b> 2 x parameters: M, V.
 *
 * <p><b>Edges.</b> A rate of 0 moves nothing, and the means go on. A gradient that was always 0
 * moves nothing. NaN stays in the means for good.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight at 0 goes to -0.001 and then
 * to -0.0019652, up to 1e-9.
 *
 * <p><b>Departs from DL4J.</b> DL4J's adds epsilon to the uncorrected root, which is up to 31.6
 * times as much: a gradient of 1e-8 moves 3 to 20 % as far as it should. Its rate of 0 is epsilon.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma, Ba (2014)</a>
 */
public final class Adam extends AdamRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "adam";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1e-3);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-8);

  /** Takes the defaults. */
  public Adam() {
    this(Hyperparameters.standard(LEARNING_RATE));
  }

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public Adam(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public Adam(ISchedule learningRate) {
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
   * @param epsilon added to the corrected root
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public Adam(
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
    double root = Math.sqrt(filled(beta2, step));
    NativeAdam.update(
        step.gradient(),
        step.state(0),
        step.state(1),
        step.learningRate() * root / filled(beta1, step),
        beta1,
        beta2,
        epsilon() * root);
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

  /** Builds {@link Adam}. */
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
    public Adam build() {
      return new Adam(learningRate, beta1, beta2, epsilon);
    }
  }

  /** Makes {@link Adam} by the name {@code adam}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "mean gradient over the root of the mean squared gradient, both bias-corrected",
          "https://arxiv.org/abs/1412.6980");
      parameters(LEARNING_RATE, Hyperparameters.BETA1, Hyperparameters.BETA2, EPSILON);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new Adam(
          arguments.get(LEARNING_RATE),
          arguments.get(Hyperparameters.BETA1),
          arguments.get(Hyperparameters.BETA2),
          arguments.get(EPSILON));
    }
  }
}
