package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Lion: steps of one size in every parameter, by the sign of a running mean of the gradient.
 *
 * <p>Half the state of {@link AdamW}, found by a search over programs. It wants a learning rate 3
 * to 10 times smaller than AdamW's, and a weight decay as many times larger.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>1e-4</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.99</td><td>per step</td></tr>
 * <tr><td>lambda</td><td>weightDecay</td><td>[0, inf) or schedule</td><td>0</td><td>per unit of rate
 * and step</td></tr></table>
 *
 * <p><b>Update at step t.</b> {@code w -= eta (sign(beta1 m + (1 - beta1) g) + lambda w)}, then
 * {@code m = beta2 m + (1 - beta2) g}. No bias correction: a sign needs none.
 *
 * <p><b>What decays.</b> {@link ParameterFilter#weights()}, or the builder's choice.
 *
 * <p><b>State.</b> 1 x parameters: L.
 *
 * <p><b>Edges.</b> Where mean and gradient are 0 nothing moves. NaN gives NaN, unlike a bare sign.
 * A rate of 0 moves nothing.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9999 and
 * 0.9998.
 *
 * <p><b>Departs from DL4J.</b> DL4J has none.
 *
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al. (2023)</a>
 */
public final class Lion extends CompositeOptimizer {

  private static final String NAME = "lion";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1e-4);
  private static final Parameter<ISchedule> BETA2 =
      Hyperparameters.BETA2.orElse(new FixedSchedule(0.99)).doc("decay of the mean gradient");
  private static final Parameter<ISchedule> WEIGHT_DECAY = Hyperparameters.weightDecay(0);

  /** Takes the defaults. */
  public Lion() {
    this(builder());
  }

  /**
   * Takes numbers, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @param weightDecay share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  public Lion(double learningRate, double weightDecay) {
    this(builder().learningRate(learningRate).weightDecay(weightDecay));
  }

  private Lion(Builder b) {
    super(rule(b), List.of(new DecoupledDecay(b.weightDecay)), b.decaying);
    stateRule();
    state("weightDecay", b.weightDecay);
  }

  private static Updater rule(Builder b) {
    Checks.of(NAME)
        .check(LEARNING_RATE, b.learningRate)
        .check(Hyperparameters.BETA1, b.beta1)
        .check(BETA2, b.beta2)
        .check(WEIGHT_DECAY, b.weightDecay)
        .that(b.decaying != null, "decaying", "a filter of parameters", null)
        .done();
    return new Updater(b.learningRate, b.beta1, b.beta2);
  }

  /**
   * Starts with the defaults.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** The part that sees gradients only. */
  static final class Updater extends UpdateRule {

    private static final long serialVersionUID = 1L;

    @NumberOrSchedule.Json private final ISchedule beta1;
    @NumberOrSchedule.Json private final ISchedule beta2;

    @JsonCreator
    Updater(
        @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
            ISchedule learningRate,
        @JsonProperty(value = "beta1", required = true) @NumberOrSchedule.Json ISchedule beta1,
        @JsonProperty(value = "beta2", required = true) @NumberOrSchedule.Json ISchedule beta2) {
      super(learningRate);
      Checks.of(NAME)
          .check(LEARNING_RATE, learningRate)
          .check(Hyperparameters.BETA1, beta1)
          .check(BETA2, beta2)
          .done();
      this.beta1 = beta1;
      this.beta2 = beta2;
    }

    @Override
    protected void update(Step step) {
      double near =
          NumberOrSchedule.at(Hyperparameters.BETA1, beta1, step.iteration(), step.epoch());
      double far = NumberOrSchedule.at(BETA2, beta2, step.iteration(), step.epoch());
      INDArray gradient = step.gradient();
      INDArray mean = step.state(0);
      INDArray direction = step.scratch(0);
      INDArray nan = step.scratch(1);
      mean.muli(near, direction);
      Vectors.addScaled(direction, 1 - near, gradient);
      Vectors.average(mean, far, gradient);
      // ND4J's sign of NaN is 0: x - x is 0 for a number, and NaN for NaN.
      direction.sub(direction, nan);
      Transforms.sign(direction, false);
      direction.add(nan, gradient).muli(step.learningRate());
    }

    @Override
    protected List<String> stateNames() {
      return List.of("L");
    }

    @Override
    protected Map<String, Object> hyperparameters() {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("beta1", beta1);
      all.put("beta2", beta2);
      return all;
    }

    @Override
    protected Parameter<ISchedule> learningRateParameter() {
      return LEARNING_RATE;
    }

    @Override
    protected String pluginName() {
      return NAME;
    }
  }

  /** Builds {@link Lion}. */
  public static final class Builder extends RateBuilder<Builder> {

    private ISchedule beta1 = Hyperparameters.standard(Hyperparameters.BETA1);
    private ISchedule beta2 = Hyperparameters.standard(BETA2);
    private ISchedule weightDecay = Hyperparameters.standard(WEIGHT_DECAY);
    private ParameterFilter decaying = ParameterFilter.weights();

    private Builder() {
      super(Hyperparameters.standard(LEARNING_RATE));
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the weight of the mean in the step.
     *
     * @param share a number in [0, 1)
     * @return this
     */
    public Builder beta1(double share) {
      return beta1(new FixedSchedule(share));
    }

    /**
     * Sets the weight of the mean in the step.
     *
     * @param schedule gives a number in [0, 1) at each step
     * @return this
     */
    public Builder beta1(ISchedule schedule) {
      beta1 = schedule;
      return this;
    }

    /**
     * Sets the decay of the mean gradient.
     *
     * @param decay a number in [0, 1), per step
     * @return this
     */
    public Builder beta2(double decay) {
      return beta2(new FixedSchedule(decay));
    }

    /**
     * Sets the decay of the mean gradient.
     *
     * @param schedule gives a number in [0, 1) at each step
     * @return this
     */
    public Builder beta2(ISchedule schedule) {
      beta2 = schedule;
      return this;
    }

    /**
     * Sets the share of a weight that is lost per step.
     *
     * @param share a number from 0 on; it is multiplied by the learning rate
     * @return this
     */
    public Builder weightDecay(double share) {
      return weightDecay(new FixedSchedule(share));
    }

    /**
     * Sets the share of a weight that is lost per step.
     *
     * @param schedule gives a number from 0 on at each step; it is multiplied by the learning rate
     * @return this
     */
    public Builder weightDecay(ISchedule schedule) {
      weightDecay = schedule;
      return this;
    }

    /**
     * Chooses what decays, in place of {@link ParameterFilter#weights()}.
     *
     * @param filter the choice
     * @return this
     */
    public Builder decaying(ParameterFilter filter) {
      decaying = filter;
      return this;
    }

    /**
     * Builds it.
     *
     * @return the optimizer
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a value is out of range
     */
    public Lion build() {
      return new Lion(this);
    }
  }

  /** Makes {@link Lion} by the name {@code lion}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "steps by the sign of a mean gradient, with decoupled weight decay",
          "https://arxiv.org/abs/2302.06675");
      parameters(LEARNING_RATE, Hyperparameters.BETA1, BETA2, WEIGHT_DECAY);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return builder()
          .learningRate(arguments.get(LEARNING_RATE))
          .beta1(arguments.get(Hyperparameters.BETA1))
          .beta2(arguments.get(BETA2))
          .weightDecay(arguments.get(WEIGHT_DECAY))
          .build();
    }
  }
}
