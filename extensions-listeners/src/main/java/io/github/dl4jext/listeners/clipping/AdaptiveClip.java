package io.github.dl4jext.listeners.clipping;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.clipping.ClippedGradient.Part;
import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.network.UnitNorms;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Clips gradients adaptively: the gradient of an output unit is clipped to a share of the length of
 * the unit's own weights, {@code g_i <- g_i min(1, c max(|w_i|, e) / |g_i|)}.
 *
 * <p>The limit depends on how far a step would move the weights, so that one setting suits all
 * layers. Deep networks without batch normalization can then be trained with large batches and
 * rates.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>c</td><td>clipping</td><td>(0, inf)</td><td>0.01</td><td>share of |w|</td></tr>
 * <tr><td>e</td><td>epsilon</td><td>(0, inf)</td><td>0.001</td><td>weight; a smaller |w| counts as
 *   this one, so that zeros can grow</td></tr>
 * <tr><td>-</td><td>outputLayers</td><td>true, false</td><td>false</td><td>-</td></tr>
 * <tr><td>-</td><td>perTimeStep</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>Units.</b> As in {@link UnitAxes}: a column of dense and recurrent weights, an output
 * channel of a convolution, a vector of an embedding; biases, gains and PReLU's slopes are one unit
 * as a whole. The peepholes of a Graves LSTM do not change.
 *
 * <p><b>What is clipped.</b> As for {@link ClipByGlobalNorm}, also for sequences: the gradient of
 * the mean loss, over the whole step if gradients are accumulated, without frozen layers and the
 * statistics of batch normalization. Layers with a loss ({@code OutputLayer}, {@code
 * RnnOutputLayer}, ...) are left out, as in the paper, unless {@code outputLayers} is true. A dense
 * layer in front of a {@code LossLayer} does not count as an output layer, and is clipped.
 *
 * <p><b>Shape and type.</b> {@code MultiLayerNetwork} and {@code ComputationGraph}, in place, with
 * two norms for each parameter. The listener has no memory, so networks and threads may share it.
 *
 * <p><b>Edges.</b> A zero gradient stays zero. A unit with NaN or an infinity in its gradient does
 * not change. A finite gradient is clipped correctly even if its norm is too large for a float.
 *
 * <p><b>Check.</b> c = 0.01, weights of a unit (3, 4), its gradient (0, 1): (0, 0.05).
 *
 * <p><b>Departs from the paper.</b> Nothing. <b>From timm and optax:</b> they treat a gradient's
 * norm below 1e-6 as 1e-6, so that a unit whose limit is lower is not clipped to it. timm makes the
 * whole unit NaN if one element is NaN. Both clip biases and other vectors as a whole too. optax
 * treats a matrix of one row as a vector; here each of its columns is a unit, as in timm.
 *
 * @see <a href="https://arxiv.org/abs/2102.06171">Brock, De, Smith, Simonyan (2021)</a>
 */
public final class AdaptiveClip extends GradientClip {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> CLIPPING =
      Parameter.number("clipping")
          .in("(0, inf)")
          .orElse(0.01)
          .doc("largest norm of a unit's gradient, as a share of the norm of its weights");
  public static final Parameter<Double> EPSILON =
      Parameter.number("epsilon")
          .in("(0, inf)")
          .orElse(1e-3)
          .doc("least norm of weights that counts");
  public static final Parameter<Boolean> OUTPUT_LAYERS =
      Parameter.flag("outputLayers").orElse(false).doc("whether output layers are clipped too");

  /** Whether the limit applies to the mean over time steps; see {@link #perTimeStep()}. */
  public static final Parameter<Boolean> PER_TIME_STEP = TIME_STEPS;

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "adaptive_clip")
          .summary("Clips the gradient of each unit to a share of the length of its weights")
          .from("https://arxiv.org/abs/2102.06171")
          .taking(CLIPPING, EPSILON, OUTPUT_LAYERS, PER_TIME_STEP)
          .madeBy(AdaptiveClip::new);

  /** Takes the defaults. */
  public AdaptiveClip() {
    this(Arguments.none());
  }

  /**
   * Clips to the share given.
   *
   * @param clipping largest norm of a unit's gradient, as a share of the norm of its weights, in
   *     {@code (0, inf)}
   * @param epsilon norm of weights that counts if theirs is smaller, in {@code (0, inf)}
   * @param outputLayers whether output layers are clipped too
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public AdaptiveClip(double clipping, double epsilon, boolean outputLayers) {
    this(Arguments.of(CLIPPING, clipping).with(EPSILON, epsilon).with(OUTPUT_LAYERS, outputLayers));
  }

  private AdaptiveClip(Arguments given) {
    super(TECHNIQUE, given);
  }

  /**
   * Applies the limit to the mean over the time steps of sequences, over which DL4J sums.
   *
   * @return a new listener with otherwise the same parameters
   */
  public AdaptiveClip perTimeStep() {
    return new AdaptiveClip(arguments.with(PER_TIME_STEP, true));
  }

  @Override
  void clip(ClippedGradient gradient, double divisor) {
    for (Part part : gradient.parts()) {
      if (arguments.get(OUTPUT_LAYERS) || !part.hasLoss()) {
        clip(part, divisor);
      }
    }
  }

  private void clip(Part part, double divisor) {
    UnitAxes units = UnitAxes.of(part.layer(), part.parameter(), part.gradient());
    int[] summed = units.summedDimensions();
    UnitNorms gradient = new UnitNorms(units.weights(), summed);
    INDArray own = UnitAxes.of(part.layer(), part.parameter(), part.value()).weights();
    double[] weights = new UnitNorms(own, summed).norms();
    double[] factors = gradient.norms();
    double clipping = arguments.get(CLIPPING);
    double epsilon = arguments.get(EPSILON);
    boolean any = false;
    for (int i = 0; i < factors.length; i++) {
      double limit = clipping * Math.max(weights[i], epsilon) * divisor;
      boolean above = factors[i] > limit && factors[i] < Double.POSITIVE_INFINITY;
      factors[i] = above ? limit / factors[i] : 1;
      any |= above;
    }
    if (any) {
      gradient.scale(factors);
    }
  }

  /** Checks the parameters again after serialization. */
  private Object readResolve() {
    return new AdaptiveClip(arguments);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
