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
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Adan: {@link AdamW} that looks ahead by the change of the gradient.
 *
 * <p>The change of the gradient from step to step tells where the slope is going; Adan moves by
 * where it will be, as {@link Nesterov} does, without computing a gradient there. It bears rates 5
 * to 10 times as large as AdamW's.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.98</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.92</td><td>per step</td></tr>
 * <tr><td>beta3</td><td>beta3</td><td>[0, 1) or schedule</td><td>0.99</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * <tr><td>lambda</td><td>weightDecay</td><td>[0, inf) or schedule</td><td>0</td><td>per unit of rate
 * and step</td></tr></table>
 *
 * <p><b>Update at step t</b> (from 1): with {@code d = g - g_last}, 0 at the first step: {@code m =
 * beta1 m + (1 - beta1) g}, {@code v = beta2 v + (1 - beta2) d}, {@code n = beta3 n + (1 - beta3)
 * (g + beta2 d)^2}, {@code u = eta (mhat + beta2 vhat) / (sqrt(nhat) + epsilon)}, {@code w = (w -
 * u) / (1 + eta lambda)}; a hat divides by {@code 1 - beta^t}. The betas say what is kept, as in
 * the authors' program and timm; the paper writes {@code 1 - beta}.
 *
 * <p><b>What decays.</b> {@link ParameterFilter#weights()}, or the builder's choice.
 *
 * <p><b>State.</b> 4 x parameters: M, D, N, G_LAST.
 *
 * <p><b>Edges.</b> A rate of 0 moves nothing. A gradient that was always 0 moves nothing.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9990000001 and
 * 0.998092641.
 *
 * <p><b>Departs from others.</b> optax weighs the look ahead by {@code 1 - beta2}. DL4J has none.
 *
 * @see <a href="https://arxiv.org/abs/2208.06677">Xie et al. (2022)</a>
 */
public final class Adan extends CompositeOptimizer {

  private static final String NAME = "adan";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1e-3);
  private static final Parameter<ISchedule> BETA1 =
      Hyperparameters.BETA1.orElse(new FixedSchedule(0.98));
  private static final Parameter<ISchedule> BETA2 =
      Hyperparameters.BETA2
          .orElse(new FixedSchedule(0.92))
          .doc("decay of the mean change of the gradient, and weight of the look ahead");
  private static final Parameter<ISchedule> BETA3 =
      Parameter.rate("beta3")
          .in("[0, 1)")
          .orElse(new FixedSchedule(0.99))
          .doc("decay of the mean squared gradient looked ahead, per step");
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-8);
  private static final Parameter<ISchedule> WEIGHT_DECAY = Hyperparameters.weightDecay(0);

  /** Takes the defaults. */
  public Adan() {
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
  public Adan(double learningRate, double weightDecay) {
    this(builder().learningRate(learningRate).weightDecay(weightDecay));
  }

  private Adan(Builder b) {
    super(rule(b), List.of(new ProximalDecay(b.weightDecay, 1)), b.decaying);
    stateRule();
    state("weightDecay", b.weightDecay);
  }

  private static Updater rule(Builder b) {
    Checks.of(NAME)
        .check(LEARNING_RATE, b.learningRate)
        .check(BETA1, b.beta1)
        .check(BETA2, b.beta2)
        .check(BETA3, b.beta3)
        .check(EPSILON, b.epsilon)
        .check(WEIGHT_DECAY, b.weightDecay)
        .that(b.decaying != null, "decaying", "a filter of parameters", null)
        .done();
    return new Updater(b.learningRate, b.beta1, b.beta2, b.beta3, b.epsilon);
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
    @NumberOrSchedule.Json private final ISchedule beta3;
    private final double epsilon;

    @JsonCreator
    Updater(
        @JsonProperty(value = "learningRate", required = true) @NumberOrSchedule.Json
            ISchedule learningRate,
        @JsonProperty(value = "beta1", required = true) @NumberOrSchedule.Json ISchedule beta1,
        @JsonProperty(value = "beta2", required = true) @NumberOrSchedule.Json ISchedule beta2,
        @JsonProperty(value = "beta3", required = true) @NumberOrSchedule.Json ISchedule beta3,
        @JsonProperty(value = "epsilon", required = true) double epsilon) {
      super(learningRate);
      Checks.of(NAME)
          .check(LEARNING_RATE, learningRate)
          .check(BETA1, beta1)
          .check(BETA2, beta2)
          .check(BETA3, beta3)
          .check(EPSILON, epsilon)
          .done();
      this.beta1 = beta1;
      this.beta2 = beta2;
      this.beta3 = beta3;
      this.epsilon = epsilon;
    }

    @Override
    protected void update(Step step) {
      double decay1 = NumberOrSchedule.at(BETA1, beta1, step.iteration(), step.epoch());
      double decay2 = NumberOrSchedule.at(BETA2, beta2, step.iteration(), step.epoch());
      double decay3 = NumberOrSchedule.at(BETA3, beta3, step.iteration(), step.epoch());
      INDArray gradient = step.gradient();
      INDArray mean = step.state(0);
      INDArray change = step.state(1);
      INDArray square = step.state(2);
      INDArray last = step.state(3);
      INDArray ahead = step.scratch(0);
      INDArray root = step.scratch(1);
      if (step.number() == 1) {
        last.assign(gradient);
      }
      gradient.sub(last, ahead);
      last.assign(gradient);
      Vectors.average(mean, decay1, gradient);
      Vectors.average(change, decay2, ahead);
      ahead.muli(decay2).addi(gradient);
      Vectors.averageOfSquares(square, decay3, ahead, root);
      Vectors.root(square, 1 / Math.sqrt(AdamRule.filled(decay3, step)), epsilon, root);
      double rate = step.learningRate();
      mean.mul(rate / AdamRule.filled(decay1, step), gradient);
      Vectors.addScaled(gradient, rate * decay2 / AdamRule.filled(decay2, step), change);
      gradient.divi(root);
    }

    @Override
    protected List<String> stateNames() {
      return List.of("M", "D", "N", "G_LAST");
    }

    @Override
    protected Map<String, Object> hyperparameters() {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("beta1", beta1);
      all.put("beta2", beta2);
      all.put("beta3", beta3);
      all.put("epsilon", epsilon);
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

  /** Shrinks what the step leaves: {@code w = (w - u) / (1 + rate * weightDecay)}. */
  @JsonAutoDetect(
      fieldVisibility = Visibility.ANY,
      getterVisibility = Visibility.NONE,
      isGetterVisibility = Visibility.NONE)
  static final class ProximalDecay implements OptimizerTerm {

    private static final long serialVersionUID = 1L;

    @NumberOrSchedule.Json private final ISchedule weightDecay;

    /** What share of the decay is taken; less than 1 where only a share of the steps is. */
    private final double share;

    @JsonCreator
    ProximalDecay(
        @JsonProperty(value = "weightDecay", required = true) @NumberOrSchedule.Json
            ISchedule weightDecay,
        @JsonProperty(value = "share", required = true) double share) {
      Checks.of(NAME)
          .check(WEIGHT_DECAY, weightDecay)
          .that(share > 0 && share <= 1, "share", "in (0, 1]", share)
          .done();
      this.weightDecay = weightDecay;
      this.share = share;
    }

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.POST_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
      double decay =
          share * rate * NumberOrSchedule.at(WEIGHT_DECAY, weightDecay, iteration, epoch);
      if (decay != 0) {
        Vectors.addScaled(update, decay, param);
        update.muli(1 / (1 + decay));
      }
    }

    @Override
    public Optional<OptimizerTerm> slowed(double factor) {
      return Optional.of(new ProximalDecay(weightDecay, share * factor));
    }

    @Override
    public double score(INDArray param, int iteration, int epoch) {
      return 0;
    }

    @Override
    public ProximalDecay clone() {
      return new ProximalDecay(weightDecay.clone(), share);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ProximalDecay that
          && that.weightDecay.equals(weightDecay)
          && that.share == share;
    }

    @Override
    public int hashCode() {
      return Objects.hash(weightDecay, share);
    }

    @Override
    public String toString() {
      return "ProximalDecay(weightDecay="
          + NumberOrSchedule.shown(weightDecay)
          + ", share="
          + share
          + ")";
    }
  }

  /** Builds {@link Adan}. */
  public static final class Builder extends DecayingAdamBuilder<Builder> {

    private ISchedule beta3 = Hyperparameters.standard(BETA3);

    private Builder() {
      super(
          Hyperparameters.standard(LEARNING_RATE),
          EPSILON.defaultValue().orElseThrow(),
          Hyperparameters.standard(WEIGHT_DECAY));
      beta1(Hyperparameters.standard(BETA1));
      beta2(Hyperparameters.standard(BETA2));
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the decay of the mean square.
     *
     * @param decay a number in [0, 1), per step
     * @return this
     */
    public Builder beta3(double decay) {
      return beta3(new FixedSchedule(decay));
    }

    /**
     * Sets the decay of the mean square.
     *
     * @param schedule gives a number in [0, 1) at each step
     * @return this
     */
    public Builder beta3(ISchedule schedule) {
      beta3 = schedule;
      return this;
    }

    /**
     * Builds it.
     *
     * @return the optimizer
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a value is out of range
     */
    public Adan build() {
      return new Adan(this);
    }
  }

  /** Makes {@link Adan} by the name {@code adan}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "Adam with Nesterov's look ahead by the change of the gradient",
          "https://arxiv.org/abs/2208.06677");
      parameters(LEARNING_RATE, BETA1, BETA2, BETA3, EPSILON, WEIGHT_DECAY);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return builder()
          .learningRate(arguments.get(LEARNING_RATE))
          .beta1(arguments.get(BETA1))
          .beta2(arguments.get(BETA2))
          .beta3(arguments.get(BETA3))
          .epsilon(arguments.get(EPSILON))
          .weightDecay(arguments.get(WEIGHT_DECAY))
          .build();
    }
  }
}
