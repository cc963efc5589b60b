package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;

/**
 * LAMB: {@link AdamW} whose step has the same share of the weights' length in each layer.
 *
 * <p>For large minibatches, of thousands of examples, and large rates: no layer is thrown off by a
 * step out of proportion to its weights.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>share of the
 * weights' norm</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-6</td><td>as the gradient</td></tr>
 * <tr><td>lambda</td><td>weightDecay</td><td>[0, inf) or schedule</td><td>0.01</td><td>per unit of
 * rate and step</td></tr></table>
 *
 * <p><b>Update at step t</b> (from 1): {@code u = mhat / (sqrt(vhat) + epsilon) + lambda w}, with
 * mhat and vhat as {@link Adam}'s; {@code w -= eta |w| / |u| u}, with the norms of one parameter
 * array, and a ratio of 1 where either is 0.
 *
 * <p><b>What is scaled.</b> What decays: {@link ParameterFilter#weights()}, or the builder's
 * choice. Biases and the parameters of norms learn by Adam, as in the authors' program and timm.
 *
 * <p><b>State.</b> 2 x parameters: Adam's.
 *
 * <p><b>Edges.</b> Weights that are all 0 move as by AdamW. A rate of 0 moves nothing.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.999 and
 * 0.998001.
 *
 * <p><b>Departs from DL4J.</b> DL4J has none; an updater there sees several layers joined to one.
 *
 * @see <a href="https://arxiv.org/abs/1904.00962">You et al. (2019)</a>
 */
public final class LAMB extends CompositeOptimizer {

  private static final String NAME = "lamb";

  private static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.learningRate(1e-3);
  private static final Parameter<Double> EPSILON = Hyperparameters.epsilon(1e-6);
  private static final Parameter<ISchedule> WEIGHT_DECAY = Hyperparameters.weightDecay(0.01);

  /** Takes the defaults. */
  public LAMB() {
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
  public LAMB(double learningRate, double weightDecay) {
    this(builder().learningRate(learningRate).weightDecay(weightDecay));
  }

  /**
   * Takes the schedule of the learning rate and a weight decay, and the defaults besides.
   *
   * @param learningRate size of a step, by schedule
   * @param weightDecay share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  public LAMB(ISchedule learningRate, double weightDecay) {
    this(builder().learningRate(learningRate).weightDecay(weightDecay));
  }

  private LAMB(Builder b) {
    super(rule(b), List.of(new DecoupledDecay(b.weightDecay), new TrustRatio()), b.decaying);
    stateRule();
    state("weightDecay", b.weightDecay);
  }

  private static Adam rule(Builder b) {
    AdamRule.check(NAME, LEARNING_RATE, b.learningRate, b.beta1, b.beta2, EPSILON, b.epsilon)
        .check(WEIGHT_DECAY, b.weightDecay)
        .that(b.decaying != null, "decaying", "a filter of parameters", null)
        .done();
    return new Adam(b.learningRate, b.beta1, b.beta2, b.epsilon);
  }

  /**
   * Starts with the defaults.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds {@link LAMB}. */
  public static final class Builder extends DecayingAdamBuilder<Builder> {

    private Builder() {
      super(
          Hyperparameters.standard(LEARNING_RATE),
          EPSILON.defaultValue().orElseThrow(),
          Hyperparameters.standard(WEIGHT_DECAY));
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
    public LAMB build() {
      return new LAMB(this);
    }
  }

  /** Makes {@link LAMB} by the name {@code lamb}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Optimizer> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Optimizer.class,
          NAME,
          "AdamW with each layer's step in proportion to the length of its weights",
          "https://arxiv.org/abs/1904.00962");
      parameters(
          LEARNING_RATE, Hyperparameters.BETA1, Hyperparameters.BETA2, EPSILON, WEIGHT_DECAY);
    }

    @Override
    public Optimizer create(Arguments arguments) {
      return builder()
          .learningRate(arguments.get(LEARNING_RATE))
          .beta1(arguments.get(Hyperparameters.BETA1))
          .beta2(arguments.get(Hyperparameters.BETA2))
          .epsilon(arguments.get(EPSILON))
          .weightDecay(arguments.get(WEIGHT_DECAY))
          .build();
    }
  }

  /** Gives an update the length {@code rate * |w|}. */
  @JsonAutoDetect(
      fieldVisibility = Visibility.ANY,
      getterVisibility = Visibility.NONE,
      isGetterVisibility = Visibility.NONE)
  static final class TrustRatio implements OptimizerTerm {

    private static final long serialVersionUID = 1L;

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.POST_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
      double weight = Vectors.norm(param);
      double step = Vectors.norm(update);
      if (weight > 0 && step > 0) {
        update.muli(rate * weight / step);
      }
    }

    @Override
    public Optional<OptimizerTerm> slowed(double share) {
      return Optional.empty();
    }

    @Override
    public double score(INDArray param, int iteration, int epoch) {
      return 0;
    }

    @Override
    public TrustRatio clone() {
      return new TrustRatio();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof TrustRatio;
    }

    @Override
    public int hashCode() {
      return TrustRatio.class.hashCode();
    }

    @Override
    public String toString() {
      return "TrustRatio()";
    }
  }
}
