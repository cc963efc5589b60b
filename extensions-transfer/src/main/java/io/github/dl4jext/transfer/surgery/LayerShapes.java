package io.github.dl4jext.transfer.surgery;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;

/**
 * What layers give and take, as far as it can be told without the network's input type, which DL4J
 * does not store.
 */
final class LayerShapes {

  private LayerShapes() {}

  /** What a layer gives; what it gets is null if that is unknown. */
  static Optional<InputType> above(
      Layer layer, @Nullable InputPreProcessor preProcessor, @Nullable InputType below) {
    if (below != null) {
      InputType input = preProcessor == null ? below : preProcessor.getOutputType(below);
      return Optional.of(layer.getOutputType(0, input));
    }
    if (layer instanceof Bidirectional both && both.getFwd() instanceof BaseRecurrentLayer) {
      return Optional.of(InputType.recurrent(both.getNOut()));
    }
    if (layer instanceof BaseRecurrentLayer recurrent) {
      return Optional.of(InputType.recurrent(recurrent.getNOut()));
    }
    return layer instanceof DenseLayer || layer instanceof EmbeddingLayer
        ? Optional.of(InputType.feedForward(((FeedForwardLayer) layer).getNOut()))
        : Optional.empty();
  }

  /** What there must be below a layer that is taken away. */
  static Optional<InputType> below(Layer layer, @Nullable InputPreProcessor preProcessor) {
    if (preProcessor instanceof CnnToFeedForwardPreProcessor images) {
      return Optional.of(
          InputType.convolutional(
              images.getInputHeight(),
              images.getInputWidth(),
              images.getNumChannels(),
              images.getFormat()));
    }
    Layer inner = ShapedLayer.inner(layer);
    if (!(inner instanceof FeedForwardLayer sized) || sized.getNIn() <= 0) {
      return Optional.empty();
    }
    boolean sequences = inner instanceof BaseRecurrentLayer || inner instanceof RnnOutputLayer;
    if (preProcessor instanceof RnnToFeedForwardPreProcessor || preProcessor == null && sequences) {
      return Optional.of(InputType.recurrent(sized.getNIn()));
    }
    boolean rows = inner instanceof DenseLayer || inner instanceof BaseOutputLayer;
    if (preProcessor instanceof FeedForwardToRnnPreProcessor || preProcessor == null && rows) {
      return Optional.of(InputType.feedForward(sized.getNIn()));
    }
    return Optional.empty();
  }

  static IllegalArgumentException unknown(String name, List<String> ways) {
    return new IllegalArgumentException(
        "the output shape of \""
            + name
            + "\" is unknown; state it by "
            + String.join(" or ", ways));
  }
}
