package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.activations.RecommendsWeightInit;
import io.github.dl4jext.network.ComputesAs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * The activation that a layer's weighted sum goes through, and the initialiser that goes with it.
 */
record EffectiveActivation(String activation, String weightInit) {

  private static final Properties DL4J = load();

  /**
   * Finds the activation in which a layer ends. A linear layer ends in the next activation after
   * it, beyond normalizations and dropout.
   *
   * @param layer the layer with weights, unwrapped
   * @param following the layers that take this one's output and nothing else, in order; an empty
   *     entry where the next layer cannot be determined
   * @return empty if the end is unknown or states no initialiser
   */
  static Optional<EffectiveActivation> find(BaseLayer layer, List<Optional<Layer>> following) {
    if (!(layer.getActivationFn() instanceof ActivationIdentity)) {
      return stated(layer.getActivationFn());
    }
    if (!layer.getClass().getName().startsWith("org.deeplearning4j.")) {
      return Optional.empty(); // it may do more to its sums than an activation says, as gates do
    }
    for (Optional<Layer> next : following) {
      Layer inner = next.map(EffectiveActivation::unwrap).orElse(null);
      if (inner == null) {
        return Optional.empty();
      }
      if (PReLULayer.class.isAssignableFrom(ComputesAs.of(inner))) {
        return Optional.of(new EffectiveActivation("prelu", "he_normal"));
      }
      if (inner instanceof ActivationLayer activation) {
        return stated(activation.getActivationFn());
      }
      if (isLossWithoutWeights(inner)) {
        return stated(((BaseLayer) inner).getActivationFn());
      }
      if (!passesOn(inner)) {
        break;
      }
    }
    return stated(layer.getActivationFn());
  }

  /** Whether a layer is dropout or a normalization, which has parameters but no weights. */
  private static boolean passesOn(Layer layer) {
    return layer instanceof DropoutLayer
        || layer instanceof BatchNormalization
        || layer instanceof BaseLayer own
            && own.getActivationFn() instanceof ActivationIdentity
            && !own.initializer().paramKeys(own).isEmpty()
            && own.initializer().weightKeys(own).isEmpty();
  }

  private static Optional<EffectiveActivation> stated(IActivation activation) {
    if (activation == null) {
      return Optional.empty();
    }
    String name =
        activation instanceof RecommendsWeightInit ours
            ? ours.recommendedWeightInit()
            : DL4J.getProperty(activation.getClass().getName());
    return Optional.ofNullable(name)
        .map(init -> new EffectiveActivation(WeightInitAdvice.textOf(activation), init));
  }

  private static boolean isLossWithoutWeights(Layer layer) {
    return layer instanceof LossLayer
        || layer instanceof RnnLossLayer
        || layer instanceof CnnLossLayer
        || layer instanceof Cnn3DLossLayer;
  }

  /** The layer within all wrappers; for a bidirectional layer, its forward half. */
  static Layer unwrap(Layer layer) {
    if (layer instanceof BaseWrapperLayer wrapper) {
      return unwrap(wrapper.getUnderlying());
    }
    if (layer instanceof FrozenLayer frozen) {
      return unwrap(frozen.getLayer());
    }
    return layer instanceof Bidirectional both ? unwrap(both.getFwd()) : layer;
  }

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in =
        EffectiveActivation.class.getResourceAsStream("dl4j-activations.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
