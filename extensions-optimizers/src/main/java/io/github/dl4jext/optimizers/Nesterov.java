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
 * Nesterov's accelerated gradient: {@link Momentum} that looks one step ahead.
 *
 * <p>It brakes before a slope rises again, so it swings less than momentum and is almost always a
 * little faster.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>none</td><td>1</td></tr>
 * <tr><td>mu</td><td>momentum</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td></td><td>convention</td><td>torch, keras</td><td>torch</td><td></td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code b = mu b + g}, {@code w -= eta (g + mu b)}, as in PyTorch.
 * With the {@link StepConvention} of Keras {@code b = mu b + eta g}, {@code w -= eta g + mu b},
 * which is the same unless the rate changes.
 *
 * <p><b>State.</b> 1 x parameters: B, or B_ETA where it contains the rate.
 *
 * <p><b>Edges.</b> Momentum 0 is {@link SGD}. A rate of 0 moves nothing, and the velocity
 * continues.
 *
 * <p><b>Check.</b> With rate 0.1, momentum 0.9 and gradients 0.1, 0.2 a weight of 1 goes to 0.981
 * and 0.9349.
 *
 * <p><b>Departs from DL4J.</b> {@code Nesterovs} keeps the rate within the velocity, as Keras does:
 * the same with a constant rate, another path with a schedule.
 *
 * @see <a href="https://proceedings.mlr.press/v28/sutskever13.html">Sutskever, Martens, Dahl,
 *     Hinton (2013)</a>
 */
public final class Nesterov extends UpdateRule<Nesterov> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.LEARNING_RATE;
  public static final Parameter<ISchedule> MOMENTUM = Hyperparameters.MOMENTUM;
  public static final Parameter<StepConvention> CONVENTION = Hyperparameters.CONVENTION;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "nesterov")
          .summary("momentum with the gradient computed one step ahead")
          .from("https://proceedings.mlr.press/v28/sutskever13.html")
          .taking(LEARNING_RATE, MOMENTUM, CONVENTION)
          .madeBy(Nesterov::new);

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public Nesterov(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public Nesterov(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes numbers.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @param momentum share of the last velocity that is kept, in {@code [0, 1)}
   */
  public Nesterov(double learningRate, double momentum) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(MOMENTUM, momentum));
  }

  /**
   * Takes two schedules, such as those of one cycle.
   *
   * @param learningRate size of a step, by schedule
   * @param momentum share of the last velocity that is kept, by schedule
   */
  public Nesterov(ISchedule learningRate, ISchedule momentum) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(MOMENTUM, momentum));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  Nesterov(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected List<String> stateNames() {
    return List.of(isKeras() ? "B_ETA" : "B");
  }

  private boolean isKeras() {
    return get(CONVENTION) == StepConvention.KERAS;
  }

  @Override
  protected void update(UpdateContext t) {
    double share = t.at(MOMENTUM);
    INDArray gradient = t.gradient();
    INDArray velocity = t.state(0);
    if (FloatLoop.fits(gradient)) {
      FloatLoop.run(t, 1, step((float) share, (float) t.learningRate()));
      return;
    }
    if (isKeras()) {
      gradient.muli(t.learningRate());
    }
    Vectors.decayAndAdd(velocity, share, gradient);
    Vectors.addScaled(gradient, share, velocity);
    if (!isKeras()) {
      gradient.muli(t.learningRate());
    }
  }

  @Override
  boolean loopsOverFloats() {
    return true;
  }

  private FloatLoop.Step step(float share, float rate) {
    float before = isKeras() ? rate : 1;
    float after = isKeras() ? 1 : rate;
    return (gradient, state, count) -> {
      float[] velocity = state[0];
      for (int i = 0; i < count; i++) {
        float g = before * gradient[i];
        float v = share * velocity[i] + g;
        velocity[i] = v;
        gradient[i] = after * (g + share * v);
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
