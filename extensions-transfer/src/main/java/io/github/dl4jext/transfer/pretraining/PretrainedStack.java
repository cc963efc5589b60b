package io.github.dl4jext.transfer.pretraining;

import java.util.Objects;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The layers that an autoencoder has learnt.
 *
 * @param trunk the lower half, from inputs to codes: the bottom of a classifier
 * @param autoencoder the whole, from inputs to inputs
 */
public record PretrainedStack(MultiLayerNetwork trunk, MultiLayerNetwork autoencoder) {

  /**
   * How well inputs are told again: the mean of the squared differences, over all inputs of all
   * examples.
   *
   * @param data features; labels are not looked at
   * @return the mean, in squared units of the inputs
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
   * Copies the lower half into the first layers of a network, as {@link PretrainedLayers#copy}.
   *
   * @param target a network whose first layers have the same shapes
   */
  public void copyInto(MultiLayerNetwork target) {
    PretrainedLayers.copy(trunk, target);
  }
}
