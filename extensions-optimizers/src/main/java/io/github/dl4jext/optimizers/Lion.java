package io.github.dl4jext.optimizers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.ParameterFilter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Lion: steps of one size in every parameter, by the sign of a running mean of the gradient.
 *
 * <p>It has half the state of {@link AdamW}, and was found by a search over programs. It needs a
 * learning rate 3 to 10 times smaller than AdamW's, and a weight decay as many times larger.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>eta</td><td>learningRate</td><td>[0, inf) or schedule</td><td>1e-4</td><td>1</td></tr>
 * <tr><td>beta1</td><td>beta1</td><td>[0, 1) or schedule</td><td>0.9</td><td>per step</td></tr>
 * <tr><td>beta2</td><td>beta2</td><td>[0, 1) or schedule</td><td>0.99</td><td>per step</td></tr>
 * <tr><td>lambda</td><td>weightDecay</td><td>[0, inf) or schedule</td><td>0</td><td>per unit of rate
 * and step</td></tr></table>
 *
 * <p><b>Update at step t.</b> {@code w -= eta (sign(beta1 m + (1 - beta1) g) + lambda w)}, then
 * {@code m = beta2 m + (1 - beta2) g}. No bias correction: a sign needs none.
 *
 * <p><b>What decays.</b> {@link ParameterFilter#weights()}, or the choice of {@link #decaying}.
 *
 * <p><b>State.</b> 1 x parameters: L.
 *
 * <p><b>Edges.</b> Where mean and gradient are 0 nothing moves. NaN gives NaN, unlike a bare sign.
 * A rate of 0 moves nothing.
 *
 * <p><b>Check.</b> With the defaults and gradients 0.1, 0.2 a weight of 1 goes to 0.9999 and
 * 0.9998.
 *
 * <p><b>Departs from DL4J.</b> DL4J has none.
 *
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al. (2023)</a>
 */
public final class Lion extends CompositeOptimizer<Lion> {

  public static final Parameter<ISchedule> LEARNING_RATE =
      Hyperparameters.LEARNING_RATE.orElse(1e-4);
  public static final Parameter<ISchedule> BETA1 = Hyperparameters.BETA1;
  public static final Parameter<ISchedule> BETA2 =
      Hyperparameters.BETA2.orElse(0.99).doc("decay of the mean gradient");
  public static final Parameter<ISchedule> WEIGHT_DECAY = Hyperparameters.WEIGHT_DECAY;

  private static final Technique<Optimizer> TECHNIQUE =
      Technique.of(Optimizer.class, "lion")
          .summary("steps by the sign of a mean gradient, with decoupled weight decay")
          .from("https://arxiv.org/abs/2302.06675")
          .taking(LEARNING_RATE, BETA1, BETA2, WEIGHT_DECAY)
          .madeBy(Lion::new);

  /** Takes the defaults. */
  public Lion() {
    this(Arguments.none());
  }

  /**
   * Takes a learning rate and a weight decay; the other parameters take their defaults.
   *
   * @param learningRate size of a step, in {@code [0, inf)}
   * @param weightDecay share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   */
  public Lion(double learningRate, double weightDecay) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(WEIGHT_DECAY, weightDecay));
  }

  /**
   * Takes the schedule of the learning rate and a weight decay; the other parameters take their
   * defaults.
   *
   * @param learningRate size of a step, by schedule
   * @param weightDecay share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   */
  public Lion(ISchedule learningRate, double weightDecay) {
    this(Arguments.of(LEARNING_RATE, learningRate).with(WEIGHT_DECAY, weightDecay));
  }

  private Lion(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  public IUpdater updater() {
    return new Updater(arguments().without(WEIGHT_DECAY));
  }

  @Override
  public List<OptimizerTerm> terms() {
    return List.of(new DecoupledDecay(get(WEIGHT_DECAY)));
  }

  /** The part that sees gradients only. */
  static final class Updater extends UpdateRule<Updater> {

    private static final long serialVersionUID = 1L;

    private static final Technique<Optimizer> PART =
        TECHNIQUE.part(Optimizer.class, LEARNING_RATE, BETA1, BETA2).madeBy(Updater::new);

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Updater(Arguments arguments) {
      super(PART, arguments);
    }

    @Override
    protected List<String> stateNames() {
      return List.of("L");
    }

    @Override
    protected void update(UpdateContext t) {
      double beta1 = t.at(BETA1);
      double beta2 = t.at(BETA2);
      INDArray gradient = t.gradient();
      if (FloatLoop.fits(gradient)) {
        FloatLoop.run(t, 1, step(beta1, beta2, (float) t.learningRate()));
        return;
      }
      INDArray mean = t.state(0);
      INDArray direction = t.scratch(0);
      INDArray nan = t.scratch(1);
      mean.muli(beta1, direction);
      Vectors.addScaled(direction, 1 - beta1, gradient);
      Vectors.average(mean, beta2, gradient);
      // ND4J's sign of NaN is 0: x - x is 0 for a number, and NaN for NaN.
      direction.sub(direction, nan);
      Transforms.sign(direction, false);
      direction.add(nan, gradient).muli(t.learningRate());
    }

    @Override
    boolean loopsOverFloats() {
      return true;
    }

    private static FloatLoop.Step step(double beta1, double beta2, float rate) {
      float keepNow = (float) beta1;
      float takeNow = (float) (1 - beta1);
      float keep = (float) beta2;
      float take = (float) (1 - beta2);
      return (gradient, state, count) -> {
        float[] mean = state[0];
        for (int i = 0; i < count; i++) {
          float g = gradient[i];
          float m = mean[i];
          mean[i] = keep * m + take * g;
          gradient[i] = keepNow * m + takeNow * g;
        }
        for (int i = 0; i < count; i++) {
          float direction = gradient[i];
          float sign = Math.min(Math.max(direction * 1e30f * 1e30f, -1), 1);
          gradient[i] = rate * (sign + (direction - direction)); // infinity gives NaN, as above
        }
      };
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Optimizer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
