package io.github.dl4jext.listeners.clipping;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.network.UnitNorms;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Clips gradients adaptively: the gradient of an output unit is clipped to a share of the length of
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
public final class AdaptiveClip extends BaseTrainingListener
    implements StatefulListener, Serializable {

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

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "adaptive_clip")
          .summary("Clips the gradient of each unit to a share of the length of its weights")
          .from("https://arxiv.org/abs/2102.06171")
          .taking(CLIPPING, EPSILON, OUTPUT_LAYERS)
          .madeBy(AdaptiveClip::new);

  private final Arguments arguments;

  /** Takes the defaults. */
  public AdaptiveClip() {
    this(Arguments.none());
  }

  /**
   * Clips to the share given.
   *
   * @param clipping largest norm of a unit's gradient, as a share of the norm of its weights, in
   *     {@code (0, inf)}
   * @param epsilon least norm of weights that counts, in {@code (0, inf)}
   * @param outputLayers whether output layers are clipped too
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public AdaptiveClip(double clipping, double epsilon, boolean outputLayers) {
    this(Arguments.of(CLIPPING, clipping).with(EPSILON, epsilon).with(OUTPUT_LAYERS, outputLayers));
  }

  private AdaptiveClip(Arguments given) {
    arguments = TECHNIQUE.read(given);
  }

  @Override
  public void onGradientCalculation(Model model) {
    Network network = TrainableGradient.network(model);
    double divisor = network.gradientDivisor();
    for (ParameterSlot slot : TrainableGradient.slots(network)) {
      if (arguments.get(OUTPUT_LAYERS) || !hasLoss(slot)) {
        clip(slot, model.gradient().getGradientFor(slot.key()), divisor);
      }
    }
  }

  private static boolean hasLoss(ParameterSlot slot) {
    return slot.node().liveLayer().filter(IOutputLayer.class::isInstance).isPresent();
  }

  private void clip(ParameterSlot slot, INDArray given, double divisor) {
    Layer layer = slot.node().liveLayer().map(live -> live.conf().getLayer()).orElse(null);
    UnitAxes units = UnitAxes.of(layer, slot.parameter(), given);
    int[] summed = units.summedDimensions();
    UnitNorms gradient = new UnitNorms(units.weights(), summed);
    INDArray own = UnitAxes.of(layer, slot.parameter(), slot.value()).weights();
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

  /** Remembers nothing, but changes training. */
  @Override
  public ListenerState state(Network network) {
    return new ListenerState().put("rule", toString());
  }

  @Override
  public void loadState(Network network, ListenerState state) {
    TrainableGradient.requireRule(TECHNIQUE, this, state);
  }

  /** Checks parameters again when they are read. */
  private Object readResolve() {
    return new AdaptiveClip(arguments);
  }

  @Override
  public String toString() {
    return "AdaptiveClip" + arguments;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
