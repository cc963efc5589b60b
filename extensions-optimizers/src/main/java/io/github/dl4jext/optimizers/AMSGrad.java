package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * AMSGrad: {@link Adam} that divides by the largest mean squared gradient so far, not the present
 * one.
 *
 * <p>Adam can fail to converge where rare large gradients matter, because it forgets them; AMSGrad
 * does not.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * <tr><td></td><td>convention</td><td>torch, keras</td><td>torch</td><td></td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> m and v as Adam's, {@code h = max(h, v)}, {@code w -= eta mhat /
 * (sqrt(h / (1 - beta2^t)) + epsilon)}, as in PyTorch: the maximum is of the uncorrected v. With
 * the {@link StepConvention} of Keras epsilon is added to {@code sqrt(h)}.
 *
 * <p><b>State.</b> 3 x parameters: M, V, V_HAT.
 *
 * <p><b>Edges.</b> As Adam's.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9990000001 and
 * 0.998034818; with gradients 0.2, 0.1 it is slower than Adam from the second step on.
 *
 * <p><b>Departs from the paper.</b> It has bias corrections, as in PyTorch and Keras. It departs
 * from DL4J as Adam does: epsilon is added to the corrected root, and a rate of 0 moves nothing.
 *
 * @see <a href="https://arxiv.org/abs/1904.09237">Reddi, Kale, Kumar (2018)</a>
 */
public final class AMSGrad extends AdamRule<AMSGrad> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 = Hyperparameters.BETA2;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON;
  public static final Parameter<StepConvention> CONVENTION = Hyperparameters.CONVENTION;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "amsgrad")
          .summary("Adam that divides by the largest mean squared gradient so far")
          .from("https://arxiv.org/abs/1904.09237")
          .taking(LEARNING_RATE, BETA1, BETA2, EPSILON, CONVENTION)
          .madeBy(AMSGrad::new);

  /** Takes the defaults. */
  public AMSGrad() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public AMSGrad(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public AMSGrad(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  AMSGrad(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected List<String> stateNames() {
    return List.of("M", "V", "V_HAT");
  }

  @Override
  protected void update(UpdateContext t) {
    double beta1 = rounded(t, BETA1);
    double beta2 = rounded(t, BETA2);
    double root = Math.sqrt(t.biasCorrection(beta2));
    FusedAdam.updateWithMaximum(
        t, t.learningRate() * root / t.biasCorrection(beta1), beta1, beta2, epsilon(t, root));
  }

  @Override
  protected long chunkLength() {
    return Long.MAX_VALUE;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
