package io.github.dl4jext.listeners.diagnosis.checks;

import io.github.dl4jext.network.LiveNode;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Holds an output of the network with its labels.
 *
 * @param node the layer that has the loss
 * @param loss the loss function
 * @param activation the activation of its output
 * @param labels the labels
 * @param predicted the network's output
 */
record OutputEnd(
    LiveNode node,
    ILossFunction loss,
    ActivationCurve activation,
    UnitValues labels,
    UnitValues predicted) {

  static Optional<ILossFunction> lossOf(Layer layer) {
    if (layer instanceof BaseOutputLayer output) {
      return Optional.ofNullable(output.getLossFn());
    }
    if (layer instanceof LossLayer plain) {
      return Optional.ofNullable(plain.getLossFn());
    }
    if (layer instanceof RnnLossLayer sequence) {
      return Optional.ofNullable(sequence.getLossFn());
    }
    if (layer instanceof CnnLossLayer image) {
      return Optional.ofNullable(image.getLossFn());
    }
    return layer instanceof Cnn3DLossLayer volume
        ? Optional.ofNullable(volume.getLossFn())
        : Optional.empty();
  }

  /** Whether the loss is the cross entropy of classes, with a label for each class. */
  boolean isOfClasses() {
    return loss instanceof LossMCXENT && !(loss instanceof LossSparseMCXENT);
  }

  /** Whether the loss is the cross entropy of yes and no, for each unit. */
  boolean isBinary() {
    return loss instanceof LossBinaryXENT;
  }

  String lossName() {
    return loss.getClass().getSimpleName();
  }
}
