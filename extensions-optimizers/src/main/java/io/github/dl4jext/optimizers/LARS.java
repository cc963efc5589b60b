package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Norms;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.ParameterFilter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * LARS: {@link Momentum} on gradients that each layer first scales to its weights.
 *
 * <p>It is for large minibatches and rates: layers whose gradients are large relative to their
 * weights do not diverge, and the others still learn.
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
 * <p><b>What is scaled and decays.</b> {@link ParameterFilter#weights()}, or the choice of {@link
 * #decaying}; the rest learns by momentum alone.
 *
 * <p><b>State.</b> 1 x parameters: B.
 *
 * <p><b>Edges.</b> Weights that are all 0 move as by {@link Momentum}. A rate of 0 moves nothing.
 *
 * <p><b>Check.</b> With rate 0.1, the other defaults and gradients 0.1, 0.2 a weight of 1 goes to
 * 0.99990000001 and 0.99971001.
 *
 * <p><b>Departs from the paper.</b> The rate is outside of the velocity, as in PyTorch's momentum;
 * with a constant rate it is the same. DL4J has none.
 *
 * @see <a href="https://arxiv.org/abs/1708.03888">You, Gitman, Ginsburg (2017)</a>
 */
public final class LARS extends CompositeOptimizer<LARS> {

  public static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.LEARNING_RATE;
  public static final Parameter<ISchedule> MOMENTUM = Hyperparameters.MOMENTUM;
  public static final Parameter<ISchedule> WEIGHT_DECAY =
      Hyperparameters.WEIGHT_DECAY.doc("share of a weight that is added to its gradient");
  public static final Parameter<Double> TRUST_COEFFICIENT =
      Parameter.number("trustCoefficient")
          .in("(0, inf)")
          .orElse(1e-3)
          .doc("length of a scaled gradient, as a share of the weights' length");
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "lars")
          .summary("momentum on gradients that each layer scales to its weights")
          .from("https://arxiv.org/abs/1708.03888")
          .taking(LEARNING_RATE, MOMENTUM, WEIGHT_DECAY, TRUST_COEFFICIENT, EPSILON)
          .madeBy(LARS::new);

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public LARS(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public LARS(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  private LARS(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  public IUpdater updater() {
    return new Momentum(arguments().only(LEARNING_RATE, MOMENTUM));
  }

  @Override
  public List<OptimizerTerm> terms() {
    return List.of(new LayerwiseRate(get(WEIGHT_DECAY), get(TRUST_COEFFICIENT), get(EPSILON)));
  }

  /** Scales a gradient, and what decay adds to it, to the weights. */
  record LayerwiseRate(
      @NumberOrSchedule.Json ISchedule weightDecay, double trustCoefficient, double epsilon)
      implements OptimizerTerm {

    private static final Technique<OptimizerTerm> PART =
        TECHNIQUE
            .part(OptimizerTerm.class, WEIGHT_DECAY, TRUST_COEFFICIENT, EPSILON)
            .madeBy(
                a ->
                    new LayerwiseRate(
                        a.get(WEIGHT_DECAY), a.get(TRUST_COEFFICIENT), a.get(EPSILON)));

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static LayerwiseRate read(Arguments json) {
      return (LayerwiseRate) PART.restore(json);
    }

    LayerwiseRate {
      TECHNIQUE
          .check(WEIGHT_DECAY, weightDecay)
          .check(TRUST_COEFFICIENT, trustCoefficient)
          .check(EPSILON, epsilon)
          .done();
    }

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.BEFORE_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray gradient, double rate, int iteration, int epoch) {
      double decay = NumberOrSchedule.at("lars", WEIGHT_DECAY, weightDecay, iteration, epoch);
      double weight = Norms.l2(param);
      double slope = Norms.l2(gradient);
      if (decay != 0) {
        Vectors.addScaled(gradient, decay, param);
      }
      if (weight > 0) {
        gradient.muli(trustCoefficient * weight / (slope + decay * weight + epsilon));
      }
    }

    @Override
    public LayerwiseRate clone() {
      return new LayerwiseRate(weightDecay.clone(), trustCoefficient, epsilon);
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
