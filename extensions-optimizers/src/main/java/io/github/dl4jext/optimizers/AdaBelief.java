package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * AdaBelief: {@link Adam} that divides by the deviation of the gradient from its running mean.
 *
 * <p>Where the gradient is as expected the step is long, where it surprises the step is short.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-16</td><td>as the gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code m = beta1 m + (1 - beta1) g}, {@code s = beta2 s + (1 - beta2)
 * (g - m)^2 + epsilon}, {@code w -= eta mhat / (sqrt(s / (1 - beta2^t)) + epsilon)}, as in the
 * authors' program.
 *
 * <p><b>State.</b> 2 x parameters: M, S.
 *
 * <p><b>Edges.</b> As Adam's. If the gradient never changes, s almost vanishes and steps grow to as
 * much as {@code eta mhat / sqrt(epsilon)}; with a noiseless gradient use a larger epsilon.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.998888889 and
 * 0.997772013.
 *
 * <p><b>Departs from DL4J.</b> DL4J's throws an {@code ArrayIndexOutOfBoundsException} in every
 * network.
 *
 * @see <a href="https://arxiv.org/abs/2010.07468">Zhuang et al. (2020)</a>
 */
public final class AdaBelief extends AdamRule<AdaBelief> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 = Hyperparameters.BETA2;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON.orElse(1e-16);

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "adabelief")
          .summary("Adam that divides by the deviation of the gradient from its expected value")
          .from("https://arxiv.org/abs/2010.07468")
          .taking(LEARNING_RATE, BETA1, BETA2, EPSILON)
          .madeBy(AdaBelief::new);

  /** Takes the defaults. */
  public AdaBelief() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public AdaBelief(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public AdaBelief(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  AdaBelief(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected List<String> stateNames() {
    return List.of("M", "S");
  }

  @Override
  protected void update(UpdateContext t) {
    double beta1 = rounded(t, BETA1);
    double beta2 = rounded(t, BETA2);
    INDArray gradient = t.gradient();
    INDArray mean = t.state(0);
    INDArray root = t.scratch(0);
    Vectors.average(mean, beta1, gradient);
    gradient.subi(mean);
    Vectors.averageOfSquares(t.state(1), beta2, gradient, root);
    t.state(1).addi(t.get(EPSILON));
    Vectors.root(t.state(1), 1 / Math.sqrt(t.biasCorrection(beta2)), t.get(EPSILON), root);
    mean.div(root, gradient).muli(t.learningRate() / t.biasCorrection(beta1));
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
