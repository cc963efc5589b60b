package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.List;
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
 * LARS: {@link Momentum} on gradients that each layer first scales to its weights.
 *
 * <p>For large minibatches and rates: layers whose gradients are large beside their weights do not
 * blow up, others do not stand still.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>none</td><td>1</td></tr>
 * <tr><td>mu</td><td>momentum</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>lambda</td><td>weightDecay</td><td>[0, inf) or schedule</td><td>0</td><td>gradient per
 * weight</td></tr>
 * <tr><td>c</td><td>trustCoefficient</td><td>(0, inf)</td><td>0.001</td><td>share of the weights'
 * norm</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient's norm</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code r = c |w| / (|g| + lambda |w| + epsilon)}, with the norms of
 * one parameter array, or 1 where all weights are 0; {@code b = mu b + r (g + lambda w)}, {@code w
 * -= eta b}.
 *
 * <p><b>What is scaled and decays.</b> {@link ParameterFilter#weights()}, or the builder's choice;
 * the rest learns by momentum alone.
 *
 * <p><b>State.</b> 1 x parameters: B.
 *
 * <p><b>Edges.</b> Weights that are all 0 move as by momentum. A rate of 0 moves nothing.
 *
 * <p><b>Check.</b> With rate 0.1, the other defaults and gradients 0.1, 0.2 a weight of 1 goes to
 * 0.99990000001 and 0.99971001.
 *
 * <p><b>Departs from the paper.</b> The rate is outside of the velocity, as in PyTorch's momentum;
 * with a constant rate it is the same. DL4J has none.
 *
 * @see <a href="https://arxiv.org/abs/1708.03888">You, Gitman, Ginsburg (2017)</a>
 */
public final class LARS extends CompositeOptimizer {

  private static final String NAME = "lars";

  private static final Parameter<ISchedule> WEIGHT_DECAY =
      Hyperparameters.weightDecay(0).doc("share of a weight that is added to its gradient");
  private static final Parameter<Double> TRUST_COEFFICIENT =
      Parameter.number("trustCoefficient")
          .in("(0, inf)")
          .orElse(1e-3)
          .doc("length of a scaled gradient, as a share of the weights' length");
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-8);

  /**
   * Takes the learning rate, and the defaults besides.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public LARS(double learningRate) {
    this(builder().learningRate(learningRate));
  }

  private LARS(Builder b) {
    super(
        rule(b),
        List.of(new LayerwiseRate(b.weightDecay, b.trustCoefficient, b.epsilon)),
        b.decaying);
    state("learningRate", b.learningRate);
    state("momentum", b.momentum);
    state("weightDecay", b.weightDecay);
    state("trustCoefficient", b.trustCoefficient);
    state("epsilon", b.epsilon);
  }

  private static Momentum rule(Builder b) {
    Checks.of(NAME)
        .check(Hyperparameters.LEARNING_RATE, b.learningRate)
        .check(Hyperparameters.MOMENTUM, b.momentum)
        .check(WEIGHT_DECAY, b.weightDecay)
        .check(TRUST_COEFFICIENT, b.trustCoefficient)
        .check(EPSILON, b.epsilon)
        .that(b.decaying != null, "decaying", "a filter of parameters", null)
        .done();
    return new Momentum(b.learningRate, b.momentum);
  }

  /**
   * Starts with the defaults; the learning rate must be given.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Scales a gradient, and what decay adds to it, to the weights. */
  @JsonAutoDetect(
      fieldVisibility = Visibility.ANY,
      getterVisibility = Visibility.NONE,
      isGetterVisibility = Visibility.NONE)
  static final class LayerwiseRate implements OptimizerTerm {

    private static final long serialVersionUID = 1L;

    @NumberOrSchedule.Json private final ISchedule weightDecay;
    private final double trustCoefficient;
    private final double epsilon;

    @JsonCreator
    LayerwiseRate(
        @JsonProperty(value = "weightDecay", required = true) @NumberOrSchedule.Json
            ISchedule weightDecay,
        @JsonProperty(value = "trustCoefficient", required = true) double trustCoefficient,
        @JsonProperty(value = "epsilon", required = true) double epsilon) {
      Checks.of(NAME)
          .check(WEIGHT_DECAY, weightDecay)
          .check(TRUST_COEFFICIENT, trustCoefficient)
          .check(EPSILON, epsilon)
          .done();
      this.weightDecay = weightDecay;
      this.trustCoefficient = trustCoefficient;
      this.epsilon = epsilon;
    }

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.BEFORE_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray gradient, double rate, int iteration, int epoch) {
      double decay = NumberOrSchedule.at(WEIGHT_DECAY, weightDecay, iteration, epoch);
      double weight = Vectors.norm(param);
      double slope = Vectors.norm(gradient);
      if (decay != 0) {
        Vectors.addScaled(gradient, decay, param);
      }
      if (weight > 0) {
        gradient.muli(trustCoefficient * weight / (slope + decay * weight + epsilon));
      }
    }

    @Override
    public Optional<OptimizerTerm> slowed(double share) {
      return Optional.of(this);
    }

    @Override
    public double score(INDArray param, int iteration, int epoch) {
      return 0;
    }

    @Override
    public LayerwiseRate clone() {
      return new LayerwiseRate(weightDecay.clone(), trustCoefficient, epsilon);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof LayerwiseRate that
          && that.weightDecay.equals(weightDecay)
          && that.trustCoefficient == trustCoefficient
          && that.epsilon == epsilon;
    }

    @Override
    public int hashCode() {
      return Objects.hash(weightDecay, trustCoefficient, epsilon);
    }

    @Override
    public String toString() {
      return "LayerwiseRate(weightDecay="
          + NumberOrSchedule.shown(weightDecay)
          + ", trustCoefficient="
          + trustCoefficient
          + ", epsilon="
          + epsilon
          + ")";
    }
  }

  /** Builds {@link LARS}. */
  public static final class Builder extends MomentumBuilder<Builder> {

    private ISchedule weightDecay = Hyperparameters.standard(WEIGHT_DECAY);
    private double trustCoefficient = TRUST_COEFFICIENT.defaultValue().orElseThrow();
    private double epsilon = EPSILON.defaultValue().orElseThrow();
    private ParameterFilter decaying = ParameterFilter.weights();

    private Builder() {
      super(null, Hyperparameters.standard(Hyperparameters.MOMENTUM));
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the share of a weight that is added to its gradient.
     *
     * @param share a number from 0 on
     * @return this
     */
    public Builder weightDecay(double share) {
      return weightDecay(new FixedSchedule(share));
    }

    /**
     * Sets the share of a weight that is added to its gradient.
     *
     * @param schedule gives a number from 0 on at each step
     * @return this
     */
    public Builder weightDecay(ISchedule schedule) {
      weightDecay = schedule;
      return this;
    }

    /**
     * Sets the length of a scaled gradient.
     *
     * @param share a share of the weights' length, above 0
     * @return this
     */
    public Builder trustCoefficient(double share) {
      trustCoefficient = share;
      return this;
    }

    /**
     * Sets what is added to the gradient's length.
     *
     * @param addend a number above 0
     * @return this
     */
    public Builder epsilon(double addend) {
      epsilon = addend;
      return this;
    }

    /**
     * Chooses what is scaled and decays, in place of {@link ParameterFilter#weights()}.
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
    public LARS build() {
      return new LARS(this);
    }
  }

  /** Makes {@link LARS} by the name {@code lars}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "momentum on gradients that each layer scales to its weights",
          "https://arxiv.org/abs/1708.03888");
      parameters(
          Hyperparameters.LEARNING_RATE,
          Hyperparameters.MOMENTUM,
          WEIGHT_DECAY,
          TRUST_COEFFICIENT,
          EPSILON);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return builder()
          .learningRate(arguments.get(Hyperparameters.LEARNING_RATE))
          .momentum(arguments.get(Hyperparameters.MOMENTUM))
          .weightDecay(arguments.get(WEIGHT_DECAY))
          .trustCoefficient(arguments.get(TRUST_COEFFICIENT))
          .epsilon(arguments.get(EPSILON))
          .build();
    }
  }
}
