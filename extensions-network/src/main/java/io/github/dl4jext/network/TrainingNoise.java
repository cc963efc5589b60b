package io.github.dl4jext.network;

import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/**
 * Finds and removes what makes a layer random in training: dropout of every kind, and noise on
 * weights. Layers within wrappers are looked at too.
 */
public final class TrainingNoise {

  private TrainingNoise() {}

  /**
   * Whether a layer has dropout or weight noise.
   *
   * @param layer the layer's configuration
   * @return true if it, or a layer within it, has
   */
  public static boolean isIn(Layer layer) {
    if (layer.getIDropout() != null
        || layer instanceof BaseLayer base && base.getWeightNoise() != null) {
      return true;
    }
    if (layer instanceof FrozenLayer frozen) {
      return isIn(frozen.getLayer());
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return isIn(wrapper.getUnderlying());
    }
    return layer instanceof Bidirectional both && (isIn(both.getFwd()) || isIn(both.getBwd()));
  }

  /**
   * Removes dropout and weight noise from a layer, which is changed.
   *
   * @param layer the layer's configuration
   */
  public static void removeFrom(Layer layer) {
    layer.setIDropout(null);
    if (layer instanceof BaseLayer base) {
      base.setWeightNoise(null);
    } else if (layer instanceof FrozenLayer frozen) {
      removeFrom(frozen.getLayer());
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      removeFrom(wrapper.getUnderlying());
    } else if (layer instanceof Bidirectional both) {
      removeFrom(both.getFwd());
      removeFrom(both.getBwd());
    }
  }

  /**
   * Removes dropout and weight noise from all layers of a configuration, which is changed.
   *
   * @param configuration the configuration, before a network is made from it
   */
  public static void removeFrom(NetworkConfiguration configuration) {
    configuration.nodes().forEach(node -> node.storedLayer().ifPresent(TrainingNoise::removeFrom));
  }
}
