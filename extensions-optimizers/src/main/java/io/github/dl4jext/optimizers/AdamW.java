package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.ParameterFilter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * AdamW: {@link Adam} with decoupled weight decay.
 *
 * <p>Weights shrink by the same share each step, whatever their gradients; an L2 penalty in Adam's
 * loss shrinks those with large gradients less. AdamW usually generalises better than Adam.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * <tr><td></td><td>convention</td><td>torch, keras</td><td>torch</td><td></td></tr>
 * <tr><td>lambda</td><td>weightDecay</td><td>[0, inf) or schedule</td><td>0.01</td><td>per unit of
 * rate and step</td></tr></table>
 *
 * <p><b>Update at step t</b> (from 1): {@code w -= eta (mhat / (sqrt(vhat) + epsilon) + lambda w)},
 * with mhat and vhat as Adam's, and eta the rate of the step. Up to rounding, this is PyTorch's
 * {@code w *= 1 - eta lambda} before Adam's step.
 *
 * <p><b>What decays.</b> {@link ParameterFilter#weights()}: not biases nor the parameters of norms;
 * {@link #decaying} takes another choice.
 *
 * <p><b>State.</b> 2 x parameters, Adam's: a network goes from Adam to AdamW and back without
 * losing it.
 *
 * <p><b>Edges.</b> As Adam's. Weight decay 0 is Adam. The decay is not part of the score.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9989900001 and
 * 0.998014828.
 *
 * <p><b>Departs from DL4J.</b> DL4J has no AdamW. Its Adam with {@code weightDecay(0.01)} on the
 * network's builder decays by 0.02, and adds epsilon to another root.
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov, Hutter (2017)</a>
 */
public final class AdamW extends CompositeOptimizer<AdamW> {

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 = Hyperparameters.BETA2;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON;
  public static final Parameter<StepConvention> CONVENTION = Hyperparameters.CONVENTION;
  public static final Parameter<ISchedule> WEIGHT_DECAY = Hyperparameters.WEIGHT_DECAY.orElse(0.01);

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "adamw")
          .summary("Adam with decoupled weight decay")
          .from("https://arxiv.org/abs/1711.05101")
          .taking(LEARNING_RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY, CONVENTION)
          .madeBy(AdamW::new);

  /** Takes the defaults. */
  public AdamW() {
    this(Arguments.none());
  }

  /**
   * Takes a learning rate and a weight decay; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @param weightDecay share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   */
  public AdamW(double learningRate, double weightDecay) {
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
  public AdamW(ISchedule learningRate, double weightDecay) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(WEIGHT_DECAY, weightDecay));
  }

  private AdamW(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  public IUpdater updater() {
    return new Adam(arguments().without(WEIGHT_DECAY));
  }

  @Override
  public List<OptimizerTerm> terms() {
    return List.of(new DecoupledDecay(get(WEIGHT_DECAY)));
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
