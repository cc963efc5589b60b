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
 * Gradient descent with momentum, the heavy ball: steps along a decaying sum of all gradients.
 *
 * <p>On a slope it gathers speed up to {@code 1 / (1 - mu)} times that of {@link SGD}; across a
 * valley its swings cancel.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>none</td><td>1</td></tr>
 * <tr><td>mu</td><td>momentum</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td></td><td>convention</td><td>torch, keras</td><td>torch</td><td></td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code b = mu b + g}, {@code w -= eta b}, as in PyTorch. With the
 * {@link StepConvention} of Keras {@code b = mu b + eta g}, {@code w -= b}, which is the same
 * unless the rate changes.
 *
 * <p><b>State.</b> 1 x parameters: B, or B_ETA where it contains the rate.
 *
 * <p><b>Edges.</b> Momentum 0 is {@link SGD}. A rate of 0 moves nothing, and the velocity
 * continues.
 *
 * <p><b>Check.</b> With rate 0.1, momentum 0.9 and gradients 0.1, 0.2 a weight of 1 goes to 0.99
 * and 0.961.
 *
 * <p><b>Departs from DL4J.</b> DL4J has no plain momentum, only Nesterov's.
 *
 * @see <a href="https://doi.org/10.1016/0041-5553(64)90137-5">Polyak (1964)</a>
 */
public final class Momentum extends UpdateRule<Momentum> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.LEARNING_RATE;
  public static final Parameter<ISchedule> MOMENTUM = Hyperparameters.MOMENTUM;
  public static final Parameter<StepConvention> CONVENTION = Hyperparameters.CONVENTION;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "momentum")
          .summary("heavy ball: steps along a decaying sum of gradients")
          .from("https://doi.org/10.1016/0041-5553(64)90137-5")
          .taking(LEARNING_RATE, MOMENTUM, CONVENTION)
          .madeBy(Momentum::new);

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public Momentum(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public Momentum(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes numbers.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @param momentum share of the last velocity that is kept, in {@code [0, 1)}
   */
  public Momentum(double learningRate, double momentum) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(MOMENTUM, momentum));
  }

  /**
   * Takes two schedules, such as those of one cycle.
   *
   * @param learningRate size of a step, by schedule
   * @param momentum share of the last velocity that is kept, by schedule
   */
  public Momentum(ISchedule learningRate, ISchedule momentum) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(MOMENTUM, momentum));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  Momentum(Arguments arguments) {
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
    INDArray velocity = t.state(0);
    INDArray gradient = t.gradient();
    if (FloatLoop.fits(gradient)) {
      FloatLoop.run(t, 1, step((float) t.at(MOMENTUM), (float) t.learningRate()));
    } else if (isKeras()) {
      Vectors.decayAndAdd(velocity, t.at(MOMENTUM), gradient.muli(t.learningRate()));
      gradient.assign(velocity);
    } else {
      Vectors.decayAndAdd(velocity, t.at(MOMENTUM), gradient);
      velocity.muli(t.learningRate(), gradient);
    }
  }

  @Override
  boolean loopsOverFloats() {
    return true;
  }

  private FloatLoop.Step step(float keep, float rate) {
    float before = isKeras() ? rate : 1;
    float after = isKeras() ? 1 : rate;
    return (gradient, state, count) -> {
      float[] velocity = state[0];
      for (int i = 0; i < count; i++) {
        float v = keep * velocity[i] + before * gradient[i];
        velocity[i] = v;
        gradient[i] = after * v;
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
