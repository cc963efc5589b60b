package io.github.dl4jext.keras;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Puts our layers in the place of those of DL4J's that cannot be trained in Keras's formats. */
final class OwnLayers {

  private OwnLayers() {}

  static Layer inPlaceOf(Layer layer) {
    if (layer instanceof Bidirectional both && both.getFwd() instanceof LastTimeStep) {
      return as(BidirectionalLastStep.class, layer);
    }
    if (layer instanceof Convolution1DLayer convolution
        && convolution.getRnnDataFormat() == RNNFormat.NWC) {
      return as(ChannelsLastConvolution1D.class, layer);
    }
    return layer;
  }

  /** The same settings, in a class that extends the layer's. */
  private static Layer as(Class<? extends Layer> type, Layer layer) {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    try {
      ObjectNode settings = (ObjectNode) mapper.readTree(mapper.writeValueAsString(layer));
      settings.put("@class", type.getName());
      return mapper.treeToValue(settings, Layer.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
