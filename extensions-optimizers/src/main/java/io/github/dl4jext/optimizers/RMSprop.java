package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.RmsPropUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * RMSprop: the gradient over the root of the running mean of its square.
 *
 * <p>{@link AdaGrad} that forgets, so that it does not stop early. With {@code centered} the
 * gradient's variance takes the place of its mean square; with {@code momentum} the steps gather
 * speed.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>0.001</td><td>1</td></tr>
 * <tr><td>rho</td><td>rho</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>epsilon</td><td>epsilon</td><td>(0, inf)</td><td>1e-8</td><td>as the gradient</td></tr>
 * <tr><td>mu</td><td>momentum</td><td>[0, 1) or schedule</td><td>0</td><td>per step</td></tr>
 * <tr><td></td><td>centered</td><td>true, false</td><td>false</td><td></td></tr>
 * <tr><td></td><td>convention</td><td>torch, keras</td><td>torch</td><td></td></tr>
 * </table>
 *
 * <p><b>Update at step t.</b> {@code v = rho v + (1 - rho) g^2}, {@code w -= eta g / (sqrt(v) +
 * epsilon)}. Centered: {@code a = rho a + (1 - rho) g} and {@code sqrt(v - a^2)} in place of {@code
 * sqrt(v)}. With momentum: {@code b = mu b + g / (sqrt(v) + epsilon)}, {@code w -= eta b}. All as
 * in PyTorch. With the {@link StepConvention} of Keras epsilon is added under the root, and the
 * velocity contains the rate: {@code b = mu b + eta g / sqrt(v + epsilon)}, {@code w -= b}.
 *
 * <p><b>State.</b> 1 x parameters: G. Centered adds A; momentum adds B, or B_ETA where the velocity
 * contains the rate.
 *
 * <p><b>Edges.</b> A rate of 0 moves nothing, and the means continue. A gradient that was always 0
 * moves nothing. A variance that rounding makes negative, as when the gradient never changes,
 * counts as 0; PyTorch's steps are then NaN.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.996837723 and
 * 0.993980581.
 *
 * <p><b>Departs from DL4J.</b> DL4J's mean starts at epsilon, not at 0, its rate defaults to 0.1,
 * and it is neither centered nor has momentum.
 *
 * @see <a href="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf">Tieleman,
 *     Hinton (2012)</a>
 */
public final class RMSprop extends UpdateRule<RMSprop> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-3);
  public static final Parameter<ISchedule> RHO = Hyperparameters.RHO;
  public static final Parameter<Double> EPSILON = Hyperparameters.EPSILON;
  public static final Parameter<ISchedule> MOMENTUM = Hyperparameters.MOMENTUM.orElse(0);
  public static final Parameter<Boolean> CENTERED =
      Parameter.flag("centered")
          .orElse(false)
          .doc("whether the variance of the gradient is used, not its mean square");

  public static final Parameter<StepConvention> CONVENTION = Hyperparameters.CONVENTION;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "rmsprop")
          .summary("gradient over the root of the mean squared gradient")
          .from("https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf")
          .taking(LEARNING_RATE, RHO, EPSILON, MOMENTUM, CENTERED, CONVENTION)
          .madeBy(RMSprop::new);

  /** Takes the defaults. */
  public RMSprop() {
    this(Arguments.none());
  }

  /**
   * Takes the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   */
  public RMSprop(double learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  /**
   * Takes the schedule of the learning rate; the other parameters take their defaults.
   *
   * @param learningRate size of a step, by schedule
   */
  public RMSprop(ISchedule learningRate) {
    this(Arguments.of(LEARNING_RATE, learningRate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  RMSprop(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  protected List<String> stateNames() {
    String velocity = isKeras() ? "B_ETA" : "B";
    return Stream.of("G", get(CENTERED) ? "A" : "", hasMomentum() ? velocity : "")
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private boolean hasMomentum() {
    return !get(MOMENTUM).equals(new FixedSchedule(0));
  }

  private boolean isKeras() {
    return get(CONVENTION) == StepConvention.KERAS;
  }

  private boolean isOneOperation() {
    return !get(CENTERED) && !hasMomentum() && !isKeras();
  }

  @Override
  protected void update(UpdateContext t) {
    double decay = t.at(RHO);
    double rate = t.learningRate();
    double epsilon = t.get(EPSILON);
    boolean centered = t.get(CENTERED);
    INDArray gradient = t.gradient();
    if (loopsOverFloats() && FloatLoop.fits(gradient)) {
      FloatLoop.run(t, 1, step((float) rate, decay, (float) epsilon));
      return;
    }
    if (isOneOperation()) {
      Nd4j.exec(new RmsPropUpdater(gradient, t.state(0), rate, decay, epsilon));
      return;
    }
    INDArray root = t.scratch(0);
    Vectors.averageOfSquares(t.state(0), decay, gradient, root);
    if (centered) {
      Vectors.average(t.state(1), decay, gradient);
      t.state(1).mul(t.state(1), root);
      t.state(0).sub(root, root);
      Vectors.atLeastZero(root);
    }
    INDArray square = centered ? root : t.state(0);
    if (isKeras()) {
      Vectors.rootOfSum(square, epsilon, root);
    } else {
      Vectors.root(square, 1, epsilon, root);
    }
    gradient.divi(root);
    if (!hasMomentum()) {
      gradient.muli(rate);
      return;
    }
    INDArray velocity = t.state(centered ? 2 : 1);
    if (isKeras()) {
      velocity.muli(t.at(MOMENTUM)).addi(gradient.muli(rate));
      gradient.assign(velocity);
    } else {
      velocity.muli(t.at(MOMENTUM)).addi(gradient);
      velocity.muli(rate, gradient);
    }
  }

  @Override
  boolean loopsOverFloats() {
    return !get(CENTERED) && !hasMomentum();
  }

  private FloatLoop.Step step(float rate, double decay, float epsilon) {
    float keep = (float) decay;
    float take = (float) (1 - decay);
    float inRoot = isKeras() ? epsilon : 0;
    float besideIt = isKeras() ? 0 : epsilon;
    return (gradient, state, count) -> {
      float[] squares = state[0];
      for (int i = 0; i < count; i++) {
        float g = gradient[i];
        float v = keep * squares[i] + take * (g * g);
        squares[i] = v;
        gradient[i] = g / ((float) Math.sqrt(v + inRoot) + besideIt) * rate;
      }
    };
  }

  @Override
  protected long chunkLength() {
    return isOneOperation() ? Long.MAX_VALUE : super.chunkLength();
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
