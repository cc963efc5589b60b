package io.github.dl4jext.uncertainty;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;

/**
 * The meaning of an output's numbers, and the dimension of its classes.
 *
 * @param type the meaning of the numbers
 * @param classDimension the dimension of the classes, counted with the examples as dimension 0
 */
record OutputForm(OutputType type, int classDimension) {

  /**
   * Reads the form from the output layer. If that layer only passes its input on, as a loss layer
   * without an activation does, the type is read from the layer below. An output that is not a
   * layer is taken for regression.
   *
   * @param fromTheTop the output layer and those below it; may be empty
   */
  static OutputForm readFrom(List<Layer> fromTheTop) {
    List<Layer> layers = fromTheTop.stream().map(OutputForm::inner).toList();
    Layer computes = layers.stream().filter(layer -> !passesOn(layer)).findFirst().orElse(null);
    OutputType type = OutputType.REGRESSION;
    if (activation(computes) instanceof ActivationSoftmax) {
      type = OutputType.CATEGORICAL;
    } else if (activation(computes) instanceof ActivationSigmoid
        && loss(layers.get(0)) instanceof LossBinaryXENT) {
      type = OutputType.BINARY;
    }
    return new OutputForm(type, classDimension(layers.isEmpty() ? null : layers.get(0)));
  }

  private static Layer inner(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return inner(frozen.getLayer());
    }
    return layer instanceof BaseWrapperLayer wrapper ? inner(wrapper.getUnderlying()) : layer;
  }

  private static boolean passesOn(Layer layer) {
    return layer instanceof DropoutLayer
        || (layer instanceof LossLayer
                || layer instanceof RnnLossLayer
                || layer instanceof CnnLossLayer
                || layer instanceof ActivationLayer)
            && activation(layer) instanceof ActivationIdentity;
  }

  private static @Nullable IActivation activation(@Nullable Layer layer) {
    if (layer instanceof ActivationLayer own) {
      return own.getActivationFn();
    }
    return layer instanceof BaseLayer own ? own.getActivationFn() : null;
  }

  /** Moves the classes to the last dimension, if the output has classes. */
  INDArray classesLast(INDArray output) {
    int last = output.rank() - 1;
    if (type != OutputType.CATEGORICAL || classDimension >= last) {
      return output;
    }
    int[] order = new int[output.rank()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i < classDimension ? i : i == last ? classDimension : i + 1;
    }
    return output.permute(order);
  }

  OutputForm with(OutputType other) {
    return new OutputForm(other, classDimension);
  }

  private static @Nullable ILossFunction loss(Layer layer) {
    if (layer instanceof BaseOutputLayer output) {
      return output.getLossFn();
    }
    if (layer instanceof RnnLossLayer sequence) {
      return sequence.getLossFn();
    }
    if (layer instanceof CnnLossLayer image) {
      return image.getLossFn();
    }
    return layer instanceof LossLayer plain ? plain.getLossFn() : null;
  }

  private static int classDimension(@Nullable Layer layer) {
    boolean last =
        layer instanceof RnnOutputLayer rnn && rnn.getRnnDataFormat() == RNNFormat.NWC
            || layer instanceof RnnLossLayer loss && loss.getRnnDataFormat() == RNNFormat.NWC;
    if (last) {
      return 2;
    }
    return layer instanceof CnnLossLayer cnn && cnn.getFormat() == CNN2DFormat.NHWC ? 3 : 1;
  }
}
