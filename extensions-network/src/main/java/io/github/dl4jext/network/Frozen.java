package io.github.dl4jext.network;

import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;

/** Finds the layer or vertex inside freezing wrappers, whatever their number and origin. */
final class Frozen {

  private Frozen() {}

  static boolean isFrozen(Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
  }

  static boolean isFrozen(org.deeplearning4j.nn.api.Layer live) {
    return live instanceof org.deeplearning4j.nn.layers.FrozenLayer
        || live instanceof org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
  }

  static Layer below(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return below(frozen.getLayer());
    }
    return layer instanceof FrozenLayerWithBackprop frozen ? below(frozen.getUnderlying()) : layer;
  }

  static GraphVertex below(GraphVertex vertex) {
    return vertex instanceof FrozenVertex frozen ? below(frozen.getUnderlying()) : vertex;
  }

  static org.deeplearning4j.nn.api.Layer below(org.deeplearning4j.nn.api.Layer live) {
    return isFrozen(live) ? below(((BaseWrapperLayer) live).getUnderlying()) : live;
  }
}
