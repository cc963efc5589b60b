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
 * AdaMax: {@link Adam} with the largest recent gradient in place of the root mean square.
 *
 * <p>Steadier than Adam where gradients are sparse; otherwise Adam is mostly the better choice.
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
 * <p><b>Update at step t.</b> {@code m = beta1 m + (1 - beta1) g}, {@code u = max(beta2 u, |g| +
 * epsilon)}, {@code w -= eta / (1 - beta1^t) m / u}, as in PyTorch. With the {@link StepConvention}
 * of Keras {@code u = max(beta2 u, |g|)} and {@code m / (u + epsilon)}. PyTorch's learning rate
 * defaults to 0.002.
 *
 * <p><b>State.</b> 2 x parameters: M, U.
 *
 * <p><b>Edges.</b> As Adam's.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9990000001 and
 * 0.998236842.
 *
 * <p><b>Departs from DL4J.</b> DL4J ignores epsilon, and moves by the full rate on gradients of
 * 1e-10; a rate of 0 becomes epsilon there.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma, Ba (2014), section 7.1</a>
 */
public final class AdaMax extends AdamRule<AdaMax> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 = Hyperparameters.BETA2;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON;
  public static final Parameter<StepConvention> CONVENTION = Hyperparameters.CONVENTION;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "adamax")
          .summary("Adam with the largest recent gradient in place of the root mean square")
          .from("https://arxiv.org/abs/1412.6980")
          .taking(LEARNING_RATE, BETA1, BETA2, EPSILON, CONVENTION)
          .madeBy(AdaMax::new);

  /** Takes the defaults. */
  public AdaMax() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public AdaMax(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public AdaMax(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  AdaMax(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected List<String> stateNames() {
    return List.of("M", "U");
  }

  @Override
  protected void update(UpdateContext t) {
    double beta1 = rounded(t, BETA1);
    INDArray gradient = t.gradient();
    INDArray mean = t.state(0);
    INDArray norm = t.state(1);
    double beta2 = rounded(t, BETA2);
    boolean keras = t.get(CONVENTION) == StepConvention.KERAS;
    double inMaximum = keras ? 0 : t.get(EPSILON);
    double besideIt = keras ? t.get(EPSILON) : 0;
    double size = t.learningRate() / t.biasCorrection(beta1);
    if (FloatLoop.fits(gradient)) {
      FloatLoop.run(t, 2, step(beta1, beta2, (float) inMaximum, (float) besideIt, (float) size));
      return;
    }
    Vectors.average(mean, beta1, gradient);
    Transforms.abs(gradient, false).addi(inMaximum);
    norm.muli(beta2);
    Transforms.max(norm, gradient, false);
    norm.add(besideIt, gradient);
    mean.div(gradient, gradient).muli(size);
  }

  @Override
  boolean loopsOverFloats() {
    return true;
  }

  private static FloatLoop.Step step(
      double beta1, double beta2, float inMaximum, float besideIt, float size) {
    float keep = (float) beta1;
    float take = (float) (1 - beta1);
    float shrink = (float) beta2;
    return (gradient, state, count) -> {
      float[] mean = state[0];
      float[] norm = state[1];
      for (int i = 0; i < count; i++) {
        float g = gradient[i];
        float m = keep * mean[i] + take * g;
        float u = Math.max(shrink * norm[i], Math.abs(g) + inMaximum);
        mean[i] = m;
        norm[i] = u;
        gradient[i] = m / (u + besideIt) * size;
      }
    };
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
