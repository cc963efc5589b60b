package io.github.dl4jext.transfer.pretraining;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The layers of an autoencoder: the layers that were asked for, and those that reconstruct the
 * inputs.
 */
final class AutoencoderParts {

  private final List<DenseLayer> encoders = new ArrayList<>();
  private final boolean greedy;
  private final boolean binary;

  AutoencoderParts(List<DenseLayer> layers, long inputs, boolean greedy, boolean binary) {
    this.greedy = greedy;
    this.binary = binary;
    long width = inputs;
    for (DenseLayer layer : layers) {
      if (layer.getNIn() > 0 && layer.getNIn() != width) {
        throw new IllegalArgumentException(
            "layer " + encoders.size() + " reads " + layer.getNIn() + " inputs, but gets " + width);
      }
      DenseLayer sized = (DenseLayer) layer.clone();
      sized.setNIn(width);
      width = sized.getNOut();
      encoders.add(sized);
    }
  }

  /** From inputs to codes. */
  List<DenseLayer> encoders() {
    return encoders;
  }

  /** From inputs to codes and back. */
  List<Layer> all() {
    List<Layer> all = new ArrayList<>(encoders);
    for (int i = encoders.size() - 1; i > 0; i--) {
      // a greedy decoder has learned without activation
      IActivation activation =
          greedy
              ? Activation.IDENTITY.getActivationFunction()
              : encoders.get(i - 1).getActivationFn();
      DenseLayer encoder = encoders.get(i);
      all.add(
          new DenseLayer.Builder()
              .nIn(encoder.getNOut())
              .nOut(encoder.getNIn())
              .activation(activation)
              .build());
    }
    all.add(decoder(0));
    return all;
  }

  /** One encoder and what tells its inputs. */
  List<Layer> pair(int index) {
    return List.of(encoders.get(index), decoder(index));
  }

  private Layer decoder(int index) {
    // an upper layer tells activations, which are no probabilities
    boolean probabilities = binary && index == 0;
    return new OutputLayer.Builder(probabilities ? LossFunction.XENT : LossFunction.MSE)
        .nIn(encoders.get(index).getNOut())
        .nOut(encoders.get(index).getNIn())
        .activation(probabilities ? Activation.SIGMOID : Activation.IDENTITY)
        .build();
  }
}
