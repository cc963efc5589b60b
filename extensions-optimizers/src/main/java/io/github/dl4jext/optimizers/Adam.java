package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Adam: steps along the running mean of the gradient, divided by the root of the running mean of
 * its square.
 *
 * <p>Each parameter gets steps of about the learning rate, whatever the scale of its gradient. The
 * usual first choice; with decoupled weight decay see {@link AdamW}.
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
 * <p><b>Update at step t</b> (from 1): {@code m = beta1 m + (1 - beta1) g}, {@code v = beta2 v + (1
 * - beta2) g^2}, {@code w -= eta mhat / (sqrt(vhat) + epsilon)} with {@code mhat = m / (1 -
 * beta1^t)} and {@code vhat = v / (1 - beta2^t)}. Epsilon is added to the corrected root, as in
 * PyTorch; with the {@link StepConvention} of Keras it is added to the uncorrected root, that of v.
 * A scheduled beta enters the corrections with its current value, as in PyTorch.
 *
 * <p><b>State.</b> 2 x parameters: M, V.
 *
 * <p><b>Edges.</b> A rate of 0 moves nothing, and the means continue. A gradient that was always 0
 * moves nothing. NaN stays in the means for good.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight at 0 goes to -0.001 and then
 * to -0.0019652, up to 1e-9.
 *
 * <p><b>Departs from DL4J.</b> DL4J's adds epsilon to the uncorrected root, which is up to 31.6
 * times as much: a gradient of 1e-8 moves 3 to 20 % as far as it should. In DL4J a rate of 0
 * becomes epsilon.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma, Ba (2014)</a>
 */
public final class Adam extends AdamRule<Adam> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 = Hyperparameters.BETA2;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON;
  public static final Parameter<StepConvention> CONVENTION = Hyperparameters.CONVENTION;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "adam")
          .summary("mean gradient over the root of the mean squared gradient, both bias-corrected")
          .from("https://arxiv.org/abs/1412.6980")
          .taking(LEARNING_RATE, BETA1, BETA2, EPSILON, CONVENTION)
          .madeBy(Adam::new);

  /** Takes the defaults. */
  public Adam() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public Adam(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public Adam(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  Adam(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected void update(UpdateContext t) {
    double beta1 = rounded(t, BETA1);
    double beta2 = rounded(t, BETA2);
    double root = Math.sqrt(t.biasCorrection(beta2));
    FusedAdam.update(
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
