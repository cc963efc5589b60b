package io.github.dl4jext.transfer.surgery;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BasePretrainNetwork;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;

/**
 * The input and output shapes of layers, as far as they can be derived without the network's input
 * type, which DL4J does not store.
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
    List<InputType> answers = KINDS.stream().flatMap(kind -> answer(layer, kind).stream()).toList();
    return answers.size() == 1 ? Optional.of(answers.get(0)) : Optional.empty();
  }

  /** Makes the type of an input of some channels; the number says how large it is otherwise. */
  private interface Kind {
    InputType of(long channels, int size);
  }

  private static final List<Kind> KINDS =
      List.of(
          (channels, size) -> InputType.feedForward(channels),
          (channels, size) -> InputType.recurrent(channels),
          (channels, size) -> InputType.convolutional(size, size, channels),
          (channels, size) ->
              InputType.convolutional3D(
                  Convolution3D.DataFormat.NCDHW, size, size, size, channels));

  /** What a layer gives for an input of a kind, if it takes such, and the size does not matter. */
  private static Optional<InputType> answer(Layer layer, Kind kind) {
    long stated = ShapedLayer.inner(layer) instanceof FeedForwardLayer sized ? sized.getNIn() : 0;
    try {
      InputType one = layer.getOutputType(0, kind.of(stated > 0 ? stated : 16, 32));
      InputType other = layer.getOutputType(0, kind.of(stated > 0 ? stated : 24, 40));
      return Optional.ofNullable(one).filter(type -> type.equals(other));
    } catch (RuntimeException takesNone) {
      return Optional.empty();
    }
  }

  private static boolean takes(Layer layer, Kind kind) {
    try {
      return layer.getOutputType(0, kind.of(16, 32)) != null;
    } catch (RuntimeException takesNone) {
      return false;
    }
  }

  /**
   * What a new layer that states its inputs says of what is below it.
   *
   * @param below the layers below, the next one first, as far as they are known
   * @return empty if it states none, or if there may be images below, which no number describes
   */
  static Optional<InputType> stated(Layer added, List<Layer> below) {
    for (Layer layer : below) {
      boolean rows = takes(layer, KINDS.get(0));
      boolean images = takes(layer, KINDS.get(2)) || takes(layer, KINDS.get(3));
      if (images && !rows && !(layer instanceof GlobalPoolingLayer)) {
        return Optional.empty();
      }
      if (!images || !rows) {
        break;
      }
    }
    return below(added, null);
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
    if (preProcessor instanceof Cnn3DToFeedForwardPreProcessor volumes) {
      return Optional.of(
          InputType.convolutional3D(
              volumes.isNCDHW() ? Convolution3D.DataFormat.NCDHW : Convolution3D.DataFormat.NDHWC,
              volumes.getInputDepth(),
              volumes.getInputHeight(),
              volumes.getInputWidth(),
              volumes.getNumChannels()));
    }
    if (preProcessor instanceof CnnToRnnPreProcessor images) {
      return Optional.of(
          InputType.convolutional(
              images.getInputHeight(), images.getInputWidth(), images.getNumChannels()));
    }
    Layer inner = ShapedLayer.inner(layer);
    if (!(inner instanceof FeedForwardLayer sized) || sized.getNIn() <= 0) {
      return Optional.empty();
    }
    boolean sequences = inner instanceof BaseRecurrentLayer || inner instanceof RnnOutputLayer;
    if (preProcessor instanceof RnnToFeedForwardPreProcessor || preProcessor == null && sequences) {
      return Optional.of(InputType.recurrent(sized.getNIn()));
    }
    boolean rows =
        inner instanceof DenseLayer
            || inner instanceof BaseOutputLayer
            || inner instanceof BasePretrainNetwork;
    if (preProcessor instanceof FeedForwardToRnnPreProcessor || preProcessor == null && rows) {
      return Optional.of(InputType.feedForward(sized.getNIn()));
    }
    return Optional.empty();
  }

  static IllegalArgumentException unknown(String name, String way) {
    return new IllegalArgumentException(
        "the output shape of \"" + name + "\" is unknown; state it by " + way);
  }
}
