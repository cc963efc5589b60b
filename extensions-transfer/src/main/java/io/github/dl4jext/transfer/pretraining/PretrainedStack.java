package io.github.dl4jext.transfer.pretraining;

import java.util.Objects;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The layers that an autoencoder has learnt.
 *
 * @param encoder the lower half, from inputs to codes, which becomes the bottom of a classifier
 * @param autoencoder the whole autoencoder, from inputs to reconstructed inputs
 */
public record PretrainedStack(MultiLayerNetwork encoder, MultiLayerNetwork autoencoder) {

  /**
   * Measures how well the autoencoder reconstructs inputs: the mean of the squared differences,
   * over all inputs of all examples.
   *
   * @param data features, [examples, inputs], from an iterator that supports reset; labels are
   *     ignored
   * @return the mean, in squared units of the inputs
   * @throws IllegalArgumentException if the data is empty, not flat or not finite
   */
  public double reconstructionError(DataSetIterator data) {
    Objects.requireNonNull(data, "pretrained stack: data must be given, was null");
    long inputs = FeatureBatches.inputs(data);
    FeatureBatches batches =
        new FeatureBatches(data, autoencoder.params().dataType(), inputs, false);
    double sum = 0;
    long count = 0;
    while (batches.hasNext()) {
      INDArray features = batches.next();
      double distance = features.distance2(autoencoder.output(features));
      sum += distance * distance;
      count += features.length();
    }
    return sum / count;
  }

  /**
   * Copies the lower half into the first layers of a network, as {@link
   * PretrainedLayers#copy(MultiLayerNetwork, MultiLayerNetwork)} does.
   *
   * @param target a network whose first layers have the same shapes
   * @throws IllegalArgumentException if they have not; then nothing is copied
   */
  public void copyInto(MultiLayerNetwork target) {
    PretrainedLayers.copy(encoder, target);
  }
}
