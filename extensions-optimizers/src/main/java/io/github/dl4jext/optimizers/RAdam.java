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
 * RAdam, rectified Adam: {@link Adam} that warms itself up.
 *
 * <p>In the first steps Adam's denominator is the mean of few gradients and varies widely. RAdam
 * leaves it out until it is reliable (from step 6 on with the default beta2), and then scales the
 * step by how reliable it is.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> m and v as Adam's. With {@code r_inf = 2 / (1 - beta2) - 1} and
 * {@code r = r_inf - 2 t beta2^t / (1 - beta2^t)}: if {@code r > 5}, {@code w -= eta mhat c sqrt(1
 * - beta2^t) / (sqrt(v) + epsilon)} with {@code c^2 = (r - 4)(r - 2) r_inf / ((r_inf - 4)(r_inf -
 * 2) r)}; else {@code w -= eta mhat}. As in PyTorch, where epsilon is added to the uncorrected
 * root.
 *
 * <p><b>State.</b> 2 x parameters: M, V.
 *
 * <p><b>Edges.</b> As Adam's. The length of the first steps is proportional to the gradient.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9999 and
 * 0.999747368.
 *
 * <p><b>Departs from DL4J.</b> DL4J has none.
 *
 * @see <a href="https://arxiv.org/abs/1908.03265">Liu et al. (2019)</a>
 */
public final class RAdam extends AdamRule<RAdam> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 = Hyperparameters.BETA2;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "radam")
          .summary("Adam that warms itself up: rectified by the variance of its denominator")
          .from("https://arxiv.org/abs/1908.03265")
          .taking(LEARNING_RATE, BETA1, BETA2, EPSILON)
          .madeBy(RAdam::new);

  /** Takes the defaults. */
  public RAdam() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public RAdam(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public RAdam(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  RAdam(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected void update(UpdateContext t) {
    double beta1 = rounded(t, BETA1);
    double beta2 = rounded(t, BETA2);
    double filled = t.biasCorrection(beta2);
    double most = 2 / (1 - beta2) - 1;
    double length = most - 2 * t.number() * Math.pow(beta2, t.number()) / filled;
    double rate = t.learningRate() / t.biasCorrection(beta1);
    if (length > 5) {
      double rectified =
          Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length));
      rate *= rectified * Math.sqrt(filled);
    }
    FusedAdam.update(t, rate, beta1, beta2, t.get(EPSILON));
    if (!(length > 5)) {
      t.state(0).muli(rate, t.gradient());
    }
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
