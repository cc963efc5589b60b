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
import org.nd4j.linalg.api.ops.impl.updaters.AdaGradUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * AdaGrad: the gradient over the root of the sum of all its squares so far.
 *
 * <p>Steep directions slow down sooner than flat ones, so it points more directly at the minimum,
 * and the rate needs less tuning. It often stops too early in deep networks; it suits linear models
 * and rare features.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.01</td><td>1</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-10</td><td>as the gradient</td></tr>
 * <tr><td>s_0</td><td>initialAccumulator</td><td>[0, inf)</td><td>0</td><td>squared gradient</td></tr>
 * <tr><td></td><td>convention</td><td>torch, keras</td><td>torch</td><td></td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code s = s + g^2}, {@code w -= eta g / (sqrt(s) + epsilon)}. s
 * begins at {@code initialAccumulator}, which is 0 in PyTorch and 0.1 in Keras. With the {@link
 * StepConvention} of Keras {@code w -= eta g / sqrt(s + epsilon)}.
 *
 * <p><b>State.</b> 1 x parameters: grad.
 *
 * <p><b>Edges.</b> A gradient that was always 0 moves nothing. A rate of 0 moves nothing, and the
 * sum continues.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.99 and
 * 0.981055728.
 *
 * <p><b>Departs from DL4J.</b> DL4J's sum starts at 1e-6 whatever epsilon is set, so that a
 * gradient of 1e-8 hardly moves a weight, and its clone loses a scheduled rate, which makes the
 * first step NaN.
 *
 * @see <a href="https://jmlr.org/papers/v12/duchi11a.html">Duchi, Hazan, Singer (2011)</a>
 */
public final class AdaGrad extends UpdateRule<AdaGrad> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(0.01);
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON.orElse(1e-10);
  public static final Parameter<Double> INITIAL_ACCUMULATOR = Hyperparameters.INITIAL_ACCUMULATOR;
  public static final Parameter<StepConvention> CONVENTION = Hyperparameters.CONVENTION;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "adagrad")
          .summary("gradient over the root of the sum of all squared gradients")
          .from("https://jmlr.org/papers/v12/duchi11a.html")
          .taking(LEARNING_RATE, EPSILON, INITIAL_ACCUMULATOR, CONVENTION)
          .madeBy(AdaGrad::new);

  /** Takes the defaults. */
  public AdaGrad() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public AdaGrad(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public AdaGrad(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  AdaGrad(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected List<String> stateNames() {
    return List.of("grad");
  }

  @Override
  protected void initialise(List<INDArray> state) {
    state.get(0).assign(get(INITIAL_ACCUMULATOR));
  }

  private boolean isKeras() {
    return get(CONVENTION) == StepConvention.KERAS;
  }

  @Override
  protected void update(UpdateContext t) {
    INDArray gradient = t.gradient();
    INDArray sum = t.state(0);
    if (FloatLoop.fits(gradient)) {
      FloatLoop.run(t, 1, step((float) t.learningRate(), t.get(EPSILON).floatValue()));
      return;
    }
    if (!isKeras()) {
      Nd4j.exec(new AdaGradUpdater(gradient, sum, t.learningRate(), t.get(EPSILON)));
      return;
    }
    INDArray root = t.scratch(0);
    sum.addi(gradient.mul(gradient, root));
    Vectors.rootOfSum(sum, t.get(EPSILON), root);
    gradient.muli(t.learningRate()).divi(root);
  }

  @Override
  boolean loopsOverFloats() {
    return true;
  }

  private FloatLoop.Step step(float rate, float epsilon) {
    float inRoot = isKeras() ? epsilon : 0;
    float besideIt = isKeras() ? 0 : epsilon;
    return (gradient, state, count) -> {
      float[] sum = state[0];
      for (int i = 0; i < count; i++) {
        float g = gradient[i];
        float total = sum[i] + g * g;
        sum[i] = total;
        gradient[i] = g / ((float) Math.sqrt(total + inRoot) + besideIt) * rate;
      }
    };
  }

  @Override
  protected long chunkLength() {
    return isKeras() ? super.chunkLength() : Long.MAX_VALUE;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
