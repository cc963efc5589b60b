package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.api.ops.impl.updaters.AdaDeltaUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * AdaDelta: the gradient scaled by the ratio of the usual update to the usual gradient.
 *
 * <p>Its update has the unit of the weight by itself, so the paper has no learning rate. It starts
 * slowly, since the usual update starts at 0.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>1</td><td>1</td></tr>
 * <tr><td>rho</td><td>rho</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-6</td><td>as the gradient</td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code s = rho s + (1 - rho) g^2}, {@code u = g sqrt(d + epsilon) /
 * sqrt(s + epsilon)}, {@code d = rho d + (1 - rho) u^2}, {@code w -= eta u}.
 *
 * <p><b>State.</b> 2 x parameters: msg (s), msdx (d).
 *
 * <p><b>Edges.</b> A rate of 0 moves nothing, and both means continue.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.996839302 and
 * 0.992800114.
 *
 * <p><b>Departs from DL4J.</b> DL4J's has no learning rate, and therefore takes no schedule. The
 * paper has no learning rate either; it is as in PyTorch, and a rate of 1 is the paper's rule.
 *
 * @see <a href="https://arxiv.org/abs/1212.5701">Zeiler (2012)</a>
 */
public final class AdaDelta extends UpdateRule<AdaDelta> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE = Hyperparameters.LEARNING_RATE.orElse(1);
  public static final Parameter<ISchedule> RHO = Hyperparameters.RHO;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON.orElse(1e-6);

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "adadelta")
          .summary("gradient scaled by the ratio of the mean update to the mean gradient")
          .from("https://arxiv.org/abs/1212.5701")
          .taking(LEARNING_RATE, RHO, EPSILON)
          .madeBy(AdaDelta::new);

  /** Takes the defaults. */
  public AdaDelta() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public AdaDelta(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public AdaDelta(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  AdaDelta(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected List<String> stateNames() {
    return List.of("msg", "msdx");
  }

  @Override
  protected void update(UpdateContext t) {
    double decay = t.at(RHO);
    if (FloatLoop.fits(t.gradient())) {
      FloatLoop.run(t, 2, step((float) t.learningRate(), decay, t.get(EPSILON).floatValue()));
      return;
    }
    Nd4j.exec(new AdaDeltaUpdater(t.gradient(), t.state(0), t.state(1), decay, t.get(EPSILON)));
    double rate = t.learningRate();
    if (rate != 1) {
      t.gradient().muli(rate);
    }
  }

  @Override
  boolean loopsOverFloats() {
    return true;
  }

  private static FloatLoop.Step step(float rate, double decay, float epsilon) {
    float keep = (float) decay;
    float take = (float) (1 - decay);
    return (gradient, state, count) -> {
      float[] squares = state[0];
      float[] steps = state[1];
      for (int i = 0; i < count; i++) {
        float g = gradient[i];
        float v = keep * squares[i] + take * (g * g);
        float s = steps[i];
        float size = (float) Math.sqrt(s + epsilon) / (float) Math.sqrt(v + epsilon) * g;
        squares[i] = v;
        steps[i] = keep * s + take * (size * size);
        gradient[i] = size * rate;
      }
    };
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
