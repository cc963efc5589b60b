package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.List;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * AMSGrad: {@link Adam} that divides by the largest mean squared gradient so far, not the present
 * one.
 *
 * <p>Adam can fail to converge where rare large gradients matter, because it forgets them; this
 * does not.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> m and v as Adam's, {@code h = max(h, v)}, {@code w -= eta mhat /
 * (sqrt(h / (1 - beta2^t)) + epsilon)}, as in PyTorch: the maximum is of the uncorrected v.
 *
 * <p><b>State.</b> 3 x parameters: M, V, V_HAT.
 *
 * <p><b>Edges.</b> As Adam's.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9990000001 and
 * 0.998034818; with gradients 0.2, 0.1 it goes on slower than Adam from the second step.
 *
 * <p><b>Departs from the paper.</b> Bias corrections, as in PyTorch and Keras. From DL4J: epsilon
 * beside the corrected root, and a rate of 0 that is 0, as for Adam.
 *
 * @see <a href="https://arxiv.org/abs/1904.09237">Reddi, Kale, Kumar (2018)</a>
 */
public final class AMSGrad extends AdamRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "amsgrad";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1e-3);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-8);

  /** Takes the defaults. */
  public AMSGrad() {
    this(Hyperparameters.standard(LEARNING_RATE));
  }

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public AMSGrad(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public AMSGrad(ISchedule learningRate) {
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
  public AMSGrad(
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
    NativeAdam.updateWithMaximum(
        step.gradient(),
        step.state(0),
        step.state(1),
        step.state(2),
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

  @Override
  protected List<String> stateNames() {
    return List.of("M", "V", "V_HAT");
  }

  /** Builds {@link AMSGrad}. */
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
    public AMSGrad build() {
      return new AMSGrad(learningRate, beta1, beta2, epsilon);
    }
  }

  /** Makes {@link AMSGrad} by the name {@code amsgrad}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "Adam that divides by the largest mean squared gradient so far",
          "https://arxiv.org/abs/1904.09237");
      parameters(LEARNING_RATE, Hyperparameters.BETA1, Hyperparameters.BETA2, EPSILON);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new AMSGrad(
          arguments.get(LEARNING_RATE),
          arguments.get(Hyperparameters.BETA1),
          arguments.get(Hyperparameters.BETA2),
          arguments.get(EPSILON));
    }
  }
}
