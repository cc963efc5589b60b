package io.github.dl4jext.listeners.clipping;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.clipping.TrainableGradient.Slot;
import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.io.Serializable;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adaptive gradient clipping: the gradient of an output unit is clipped to a share of the length of
 * the unit's own weights, {@code g_i <- g_i min(1, c max(|w_i|, e) / |g_i|)}.
 *
 * <p>What counts is how far a step would move the weights, so one setting suits all layers. It lets
 * deep networks without batch normalization train with large batches and rates.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>c</td><td>clipping</td><td>(0, inf)</td><td>0.01</td><td>share of |w|</td></tr>
 * <tr><td>e</td><td>epsilon</td><td>(0, inf)</td><td>0.001</td><td>weight; the least |w| that
 * counts, so that zeros can grow</td></tr>
 * <tr><td>-</td><td>outputLayers</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>Units.</b> As {@link UnitAxes} says: dense and recurrent weights a column, convolutions an
 * output channel, embeddings a vector, biases, gains and PReLU's slopes the vector as a whole. The
 * peepholes of a Graves LSTM are left as they are.
 *
 * <p><b>What counts.</b> As for {@link ClipByGlobalNorm}: the gradient of the mean loss, without
 * frozen layers and the statistics of batch normalization. Layers with a loss ({@code OutputLayer},
 * {@code RnnOutputLayer}, ...) are left out, as in the paper, unless {@code outputLayers} is true;
 * a dense layer in front of a {@code LossLayer} is not known as an output and is clipped.
 *
 * <p><b>Shape and type.</b> {@code MultiLayerNetwork} and {@code ComputationGraph}, in place, with
 * two norms for each parameter. Keeps no state, so networks and threads may share it.
 *
 * <p><b>Edges.</b> A zero gradient stays zero. A unit with NaN or an infinity in its gradient is
 * left as it is. A finite gradient whose norm does not fit a float is clipped right.
 *
 * <p><b>Check.</b> c = 0.01, weights of a unit (3, 4), its gradient (0, 1): (0, 0.05).
 *
 * <p><b>Departs from the paper.</b> Nothing. <b>From timm and optax:</b> they take a gradient's
 * norm for at least 1e-6, which lets a unit through whose bound is below that; timm makes the whole
 * unit NaN if an element is. Biases and other vectors are whole there too; optax takes a matrix of
 * one row for a vector, here each of its columns is a unit, as in timm.
 *
 * @see <a href="https://arxiv.org/abs/2102.06171">Brock, De, Smith, Simonyan (2021)</a>
 */
public final class AdaptiveClip extends BaseTrainingListener implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The default of {@code clipping}. */
  public static final double DEFAULT_CLIPPING = 0.01;

  /** The default of {@code epsilon}. */
  public static final double DEFAULT_EPSILON = 1e-3;

  private static final String NAME = "adaptive_clip";

  private static final Parameter<Double> CLIPPING =
      Parameter.number("clipping")
          .in("(0, inf)")
          .orElse(DEFAULT_CLIPPING)
          .doc("largest norm of a unit's gradient, as a share of the norm of its weights");
  private static final Parameter<Double> EPSILON =
      Parameter.number("epsilon")
          .in("(0, inf)")
          .orElse(DEFAULT_EPSILON)
          .doc("least norm of weights that counts");
  private static final Parameter<Boolean> OUTPUT_LAYERS =
      Parameter.flag("outputLayers").orElse(false).doc("whether output layers are clipped too");

  private final double clipping;
  private final double epsilon;
  private final boolean outputLayers;

  /** Takes the defaults. */
  public AdaptiveClip() {
    this(DEFAULT_CLIPPING, DEFAULT_EPSILON, false);
  }

  /**
   * Clips.
   *
   * @param clipping largest norm of a unit's gradient, as a share of the norm of its weights, in
   *     {@code (0, inf)}
   * @param epsilon least norm of weights that counts, in {@code (0, inf)}
   * @param outputLayers whether output layers are clipped too
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public AdaptiveClip(double clipping, double epsilon, boolean outputLayers) {
    Checks.of(NAME)
        .check(CLIPPING, clipping)
        .check(EPSILON, epsilon)
        .check(OUTPUT_LAYERS, outputLayers)
        .done();
    this.clipping = clipping;
    this.epsilon = epsilon;
    this.outputLayers = outputLayers;
  }

  @Override
  public void onGradientCalculation(Model model) {
    double divisor = TrainableGradient.divisor(model);
    Map<String, INDArray> gradients = null;
    for (Slot slot : TrainableGradient.slots(model)) {
      if (outputLayers || !(slot.layer() instanceof IOutputLayer)) {
        if (gradients == null) {
          gradients = model.gradient().gradientForVariable();
        }
        clip(slot, gradients.get(slot.gradientKey()), divisor);
      }
    }
  }

  private void clip(Slot slot, INDArray given, double divisor) {
    Layer layer = slot.layer();
    org.deeplearning4j.nn.conf.layers.Layer conf = layer == null ? null : layer.conf().getLayer();
    UnitAxes units = UnitAxes.of(conf, slot.key(), given);
    INDArray gradient = units.weights();
    int[] summed = units.summedDimensions();
    double[] factors = norms(gradient, summed);
    double[] weights = norms(UnitAxes.of(conf, slot.key(), slot.parameter()).weights(), summed);
    boolean any = false;
    for (int i = 0; i < factors.length; i++) {
      double limit = clipping * Math.max(weights[i], epsilon) * divisor;
      boolean above = factors[i] > limit && factors[i] < Double.POSITIVE_INFINITY;
      factors[i] = above ? limit / factors[i] : 1;
      any |= above;
    }
    if (any) {
      gradient.muli(spread(factors, gradient, summed));
    }
  }

  /** One number for each unit, in the order of the dimensions that are not summed over. */
  private static double[] norms(INDArray array, int[] summed) {
    double[] norms = rawNorms(array, summed);
    for (double norm : norms) {
      if (Double.isInfinite(norm)) {
        double largest = array.amaxNumber().doubleValue();
        if (Double.isFinite(largest)) {
          norms = rawNorms(array.div(largest), summed);
          for (int i = 0; i < norms.length; i++) {
            norms[i] *= largest;
          }
        }
        break;
      }
    }
    return norms;
  }

  private static double[] rawNorms(INDArray array, int[] summed) {
    return array.norm2(summed).dup('c').data().asDouble();
  }

  /** The factors in the shape that broadcasts over the gradient. */
  private static INDArray spread(double[] factors, INDArray gradient, int[] summed) {
    long[] shape = gradient.shape().clone();
    for (int dimension : summed) {
      shape[dimension] = 1;
    }
    return Nd4j.createFromArray(factors).castTo(gradient.dataType()).reshape('c', shape);
  }

  @Override
  public String toString() {
    return "AdaptiveClip(clipping="
        + clipping
        + ", epsilon="
        + epsilon
        + ", outputLayers="
        + outputLayers
        + ")";
  }

  /** Makes {@link AdaptiveClip} by the name {@code adaptive_clip}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<TrainingListener> {

    /** States what the plugin is. */
    public Provider() {
      super(
          TrainingListener.class,
          NAME,
          "Clips the gradient of each unit to a share of the length of its weights",
          "https://arxiv.org/abs/2102.06171");
      parameters(CLIPPING, EPSILON, OUTPUT_LAYERS);
    }

    @Override
    public TrainingListener create(Arguments arguments) {
      return new AdaptiveClip(
          arguments.get(CLIPPING), arguments.get(EPSILON), arguments.get(OUTPUT_LAYERS));
    }
  }
}
