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
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Yogi: {@link Adam} whose mean squared gradient moves by additive steps.
 *
 * <p>Adam's mean falls fast after a large gradient, and the effective rate shoots up; Yogi's falls
 * slowly.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.01</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.999</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-3</td><td>as the gradient</td></tr>
 * <tr><td>v_0</td><td>initialAccumulator</td><td>[0, inf)</td><td>1e-6</td><td>squared gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> m as Adam's, {@code v = v - (1 - beta2) sign(v - g^2) g^2}, where v
 * begins at {@code initialAccumulator}, {@code w -= eta mhat / (sqrt(v / (1 - beta2^t)) +
 * epsilon)}.
 *
 * <p><b>State.</b> 2 x parameters: M, V.
 *
 * <p><b>Edges.</b> As Adam's.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.990555425 and
 * 0.981059108.
 *
 * <p><b>Departs from the paper.</b> It has bias corrections, as in optax. v never becomes negative,
 * since a step downward is at most {@code (1 - beta2) v}.
 *
 * @see <a
 *     href="https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization">Zaheer
 *     et al. (2018)</a>
 */
public final class Yogi extends AdamRule<Yogi> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(0.01);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 = Hyperparameters.BETA2;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON.orElse(1e-3);
  public static final Parameter<Double> INITIAL_ACCUMULATOR =
      Hyperparameters.INITIAL_ACCUMULATOR.orElse(1e-6);

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "yogi")
          .summary("Adam whose mean squared gradient moves by steps of bounded size")
          .from("https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization")
          .taking(LEARNING_RATE, BETA1, BETA2, EPSILON, INITIAL_ACCUMULATOR)
          .madeBy(Yogi::new);

  /** Takes the defaults. */
  public Yogi() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public Yogi(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public Yogi(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  Yogi(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected void initialise(List<INDArray> state) {
    state.get(0).assign(0);
    state.get(1).assign(get(INITIAL_ACCUMULATOR));
  }

  @Override
  protected void update(UpdateContext t) {
    double beta1 = rounded(t, BETA1);
    double beta2 = rounded(t, BETA2);
    INDArray gradient = t.gradient();
    INDArray mean = t.state(0);
    INDArray square = t.scratch(0);
    INDArray sign = t.scratch(1);
    Vectors.average(mean, beta1, gradient);
    gradient.mul(gradient, square);
    t.state(1).sub(square, sign);
    Transforms.sign(sign, false);
    Vectors.addScaled(t.state(1), beta2 - 1, square.muli(sign));
    Vectors.root(t.state(1), 1 / Math.sqrt(t.biasCorrection(beta2)), t.get(EPSILON), square);
    mean.div(square, gradient).muli(t.learningRate() / t.biasCorrection(beta1));
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
