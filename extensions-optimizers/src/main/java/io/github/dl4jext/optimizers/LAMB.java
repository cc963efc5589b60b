package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Norms;
import io.github.dl4jext.spi.Arguments;
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
 * LAMB: {@link AdamW} whose step has the same share of the weights' length in each layer.
 *
 * <p>It is for large minibatches, of thousands of examples, and large rates: in no layer is a step
 * out of proportion to the weights.
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
 * <p><b>What is scaled.</b> What decays: {@link ParameterFilter#weights()}, or the choice of {@link
 * #decaying}. Biases and the parameters of norms learn by Adam, as in the authors' program and
 * timm.
 *
 * <p>A user's own weight decay acts beside the step, and is not scaled.
 *
 * <p><b>State.</b> 2 x parameters: Adam's.
 *
 * <p><b>Edges.</b> Weights that are all 0 move as by AdamW. A rate of 0 moves nothing.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.999 and
 * 0.998001.
 *
 * <p><b>Departs from DL4J.</b> DL4J has none; its updaters see several layers joined to one block.
 *
 * @see <a href="https://arxiv.org/abs/1904.00962">You et al. (2019)</a>
 */
public final class LAMB extends CompositeOptimizer<LAMB> {

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 = Hyperparameters.BETA2;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON.orElse(1e-6);
  public static final Parameter<ISchedule> WEIGHT_DECAY = Hyperparameters.WEIGHT_DECAY.orElse(0.01);

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "lamb")
          .summary("AdamW with each layer's step in proportion to the length of its weights")
          .from("https://arxiv.org/abs/1904.00962")
          .taking(LEARNING_RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY)
          .madeBy(LAMB::new);

  /** Takes the defaults. */
  public LAMB() {
    this(Arguments.none());
  }

  /**
   * Takes a learning rate and a weight decay; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @param weightDecay share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   */
  public LAMB(double learningRate, double weightDecay) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(WEIGHT_DECAY, weightDecay));
  }

  /**
   * Takes the schedule of the learning rate and a weight decay; the other parameters take their
   * defaults.
   *
   * @param learningRate size of a step, by schedule
   * @param weightDecay share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   */
  public LAMB(ISchedule learningRate, double weightDecay) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(WEIGHT_DECAY, weightDecay));
  }

  private LAMB(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  public IUpdater updater() {
    return new Adam(arguments().without(WEIGHT_DECAY));
  }

  @Override
  public List<OptimizerTerm> terms() {
    return List.of(new DecoupledDecay(get(WEIGHT_DECAY)), new TrustRatio());
  }

  /** Gives an update the length {@code rate * |w|}. */
  record TrustRatio() implements OptimizerTerm {

    private static final Technique<OptimizerTerm> PART =
        TECHNIQUE.part(OptimizerTerm.class).madeBy(a -> new TrustRatio());

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static TrustRatio read(Arguments json) {
      return (TrustRatio) PART.restore(json);
    }

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.POST_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
      double weight = Norms.l2(param);
      double step = Norms.l2(update);
      if (weight > 0 && step > 0) {
        update.muli(rate * weight / step);
      }
    }

    @Override
    public TrustRatio clone() {
      return this;
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
