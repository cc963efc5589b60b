package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Yogi: {@link Adam} whose mean squared gradient moves by additive steps.
 *
 * <p>Adam's mean falls fast after a large gradient, and the effective rate shoots up; Yogi's falls
 * slowly.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.01</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-3</td><td>as the gradient</td></tr>
 * <tr><td>v_0</td><td>initialAccumulator</td><td>[0, inf)</td><td>1e-6</td><td>squared gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> m as Adam's, {@code v = v - (1 - beta2) sign(v - g^2) g^2}, v from
 * {@code initialAccumulator}, {@code w -= eta mhat / (sqrt(v / (1 - beta2^t)) + epsilon)}.
 *
 * <p><b>State.</b> 2 x parameters: M, V.
 *
 * <p><b>Edges.</b> As Adam's.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.990555425 and
 * 0.981059108.
 *
 * <p><b>Departs from the paper.</b> Bias corrections, as in optax; v stays from 0 on, since a step
 * downward is at most {@code (1 - beta2) v}.
 *
 * @see <a
 *     href="https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization">Zaheer
 *     et al. (2018)</a>
 */
public final class Yogi extends AdamRule {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "yogi";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(0.01);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-3);
  private static final Parameter<Double> INITIAL_ACCUMULATOR =
      Parameter.number("initialAccumulator")
          .in("[0, inf)")
          .orElse(1e-6)
          .doc("where the mean squared gradient starts");

  private final double initialAccumulator;

  /** Takes the defaults. */
  public Yogi() {
    this(Hyperparameters.standard(LEARNING_RATE));
  }

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public Yogi(double learningRate) {
    this(Hyperparameters.fixed(learningRate));
  }

  /**
   * Takes the schedule of the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   */
  public Yogi(ISchedule learningRate) {
    this(
        learningRate,
        Hyperparameters.standard(Hyperparameters.BETA1),
        Hyperparameters.standard(Hyperparameters.BETA2),
        EPSILON.defaultValue().orElseThrow(),
        INITIAL_ACCUMULATOR.defaultValue().orElseThrow());
  }

  /**
   * Takes everything.
   *
   * @param learningRate size of a step
   * @param beta1 decay of the mean gradient
   * @param beta2 decay of the mean squared gradient
   * @param epsilon addend to the denominator
   * @param initialAccumulator start of the mean squared gradient
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  @JsonCreator
  public Yogi(
      @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
          ISchedule learningRate,
      @JsonProperty(value = "beta1", required = true) @NumberOrSchedule.Json ISchedule beta1,
      @JsonProperty(value = "beta2", required = true) @NumberOrSchedule.Json ISchedule beta2,
      @JsonProperty(value = "epsilon", required = true) double epsilon,
      @JsonProperty(value = "initialAccumulator", required = true) double initialAccumulator) {
    super(learningRate, beta1, beta2, epsilon);
    check(NAME, LEARNING_RATE, learningRate, beta1, beta2, EPSILON, epsilon)
        .check(INITIAL_ACCUMULATOR, initialAccumulator)
        .done();
    this.initialAccumulator = initialAccumulator;
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
  protected void initialise(List<INDArray> state) {
    state.get(0).assign(0);
    state.get(1).assign(initialAccumulator);
  }

  @Override
  protected void update(Step step) {
    double beta1 = beta1(step);
    double beta2 = beta2(step);
    INDArray gradient = step.gradient();
    INDArray mean = step.state(0);
    INDArray square = step.scratch(0);
    INDArray sign = step.scratch(1);
    Vectors.average(mean, beta1, gradient);
    gradient.mul(gradient, square);
    step.state(1).sub(square, sign);
    Transforms.sign(sign, false);
    Vectors.addScaled(step.state(1), beta2 - 1, square.muli(sign));
    Vectors.root(step.state(1), 1 / Math.sqrt(filled(beta2, step)), epsilon(), square);
    mean.div(square, gradient).muli(step.learningRate() / filled(beta1, step));
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
  protected Map<String, Object> hyperparameters() {
    Map<String, Object> all = super.hyperparameters();
    all.put("initialAccumulator", initialAccumulator);
    return all;
  }

  /** Builds {@link Yogi}. */
  public static final class Builder extends AdamBuilder<Builder> {

    private double initialAccumulator = INITIAL_ACCUMULATOR.defaultValue().orElseThrow();

    private Builder() {
      super(Hyperparameters.standard(LEARNING_RATE), EPSILON.defaultValue().orElseThrow());
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the start of the mean squared gradient.
     *
     * @param value a number in the range
     * @return this
     */
    public Builder initialAccumulator(double value) {
      initialAccumulator = value;
      return this;
    }

    /**
     * Builds it.
     *
     * @return the optimizer
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a value is out of range
     */
    public Yogi build() {
      return new Yogi(learningRate, beta1, beta2, epsilon, initialAccumulator);
    }
  }

  /** Makes {@link Yogi} by the name {@code yogi}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "Adam whose mean squared gradient moves by steps of bounded size",
          "https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization");
      parameters(
          LEARNING_RATE,
          Hyperparameters.BETA1,
          Hyperparameters.BETA2,
          EPSILON,
          INITIAL_ACCUMULATOR);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return new Yogi(
          arguments.get(LEARNING_RATE),
          arguments.get(Hyperparameters.BETA1),
          arguments.get(Hyperparameters.BETA2),
          arguments.get(EPSILON),
          arguments.get(INITIAL_ACCUMULATOR));
    }
  }
}
