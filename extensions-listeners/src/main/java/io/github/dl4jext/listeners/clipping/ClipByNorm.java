package io.github.dl4jext.listeners.clipping;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.clipping.ClippedGradient.Part;
import io.github.dl4jext.network.ScaledNorm;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Clips the gradient of each parameter separately to a length: {@code g_k <- g_k min(1, c /
 * |g_k|)}, where k counts the weights and biases of all layers, and |g_k| is the L2 norm.
 *
 * <p>A layer whose gradient explodes does not shorten the steps of the others, as it does with
 * {@link ClipByGlobalNorm}; but the direction of the whole step changes, which that listener keeps.
 * This is Keras's {@code clipnorm}.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>c</td><td>maxNorm</td><td>(0, inf)</td><td>required</td><td>norm of a mean gradient
 * </td></tr>
 * <tr><td>-</td><td>perTimeStep</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>What is clipped.</b> As for {@link ClipByGlobalNorm}, also for sequences: the gradient of
 * the mean loss, over the whole step if gradients are accumulated. Frozen layers and the statistics
 * of batch normalization do not change. Each of DL4J's parameter names is one parameter: {@code W},
 * {@code RW} and {@code b} of a recurrent layer are three.
 *
 * <p><b>Shape and type.</b> Every parameter, of {@code MultiLayerNetwork} and {@code
 * ComputationGraph}, in place, with one norm for each, and one multiplication if it is clipped. The
 * listener has no memory, so networks and threads may share it.
 *
 * <p><b>Edges.</b> A zero gradient stays zero. A gradient of a parameter with NaN or an infinity
 * does not change. A finite gradient is clipped correctly even if its norm is too large for a
 * float.
 *
 * <p><b>Check.</b> c = 1, gradients (3, 4) of one parameter and (0.3, 0.4) of another: (0.6, 0.8)
 * and (0.3, 0.4).
 *
 * <p><b>Departs from Keras.</b> Keras makes the whole gradient of a parameter NaN if one element is
 * NaN. <b>From DL4J:</b> {@code ClipL2PerParamType} has the same rule. It clips the sum over the
 * minibatch after its division by the number of examples, and clips the statistics of batch
 * normalization too.
 *
 * @see <a href="https://keras.io/api/optimizers/">Keras's optimizers: clipnorm</a>
 */
public final class ClipByNorm extends GradientClip {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> MAX_NORM =
      Parameter.number("maxNorm").in("(0, inf)").doc("largest norm of a parameter's mean gradient");

  /** Whether the limit applies to the mean over time steps; see {@link #perTimeStep()}. */
  public static final Parameter<Boolean> PER_TIME_STEP = TIME_STEPS;

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "clip_by_norm")
          .summary("Clips the gradient of each parameter to a norm")
          .from("https://keras.io/api/optimizers/")
          .taking(MAX_NORM, PER_TIME_STEP)
          .madeBy(ClipByNorm::new);

  /**
   * Clips each parameter's gradient to the norm given.
   *
   * @param maxNorm largest norm of a parameter's mean gradient, in {@code (0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public ClipByNorm(double maxNorm) {
    this(Arguments.of(MAX_NORM, maxNorm));
  }

  private ClipByNorm(Arguments given) {
    super(TECHNIQUE, given);
  }

  /**
   * Applies the limit to the mean over the time steps of sequences, over which DL4J sums.
   *
   * @return a new listener with otherwise the same parameters
   */
  public ClipByNorm perTimeStep() {
    return new ClipByNorm(arguments.with(PER_TIME_STEP, true));
  }

  @Override
  void clip(ClippedGradient gradient, double divisor) {
    double limit = arguments.get(MAX_NORM) * divisor;
    for (Part part : gradient.parts()) {
      List<INDArray> own = List.of(part.gradient());
      ScaledNorm norm = ScaledNorm.of(own);
      if (norm.isAbove(limit)) {
        norm.shrink(own, limit);
      }
    }
  }

  /** Checks the parameters again after serialization. */
  private Object readResolve() {
    return new ClipByNorm(arguments);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
