package io.github.dl4jext.transfer.pretraining;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The features of an iterator, checked; labels are ignored. */
final class FeatureBatches {

  private final DataSetIterator data;
  private final DataType type;
  private final long inputs;
  private final boolean probabilities;
  private int batch;

  /** Starts at the first batch; inputs is how many each row must have. */
  FeatureBatches(DataSetIterator data, DataType type, long inputs, boolean probabilities) {
    if (!data.resetSupported()) {
      throw new IllegalArgumentException(
          "pretraining goes through the data several times: the iterator must support reset");
    }
    this.data = data;
    this.type = type;
    this.inputs = inputs;
    this.probabilities = probabilities;
    reset();
  }

  /** How many inputs the first batch has. */
  static long inputs(DataSetIterator data) {
    data.reset();
    if (!data.hasNext()) {
      throw new IllegalArgumentException("the data has no batch");
    }
    INDArray features = data.next().getFeatures();
    if (features.rank() != 2) {
      throw new IllegalArgumentException(
          "features must be [examples, inputs], were "
              + Arrays.toString(features.shape())
              + ": flatten them");
    }
    return features.columns();
  }

  void reset() {
    data.reset();
    batch = 0;
  }

  boolean hasNext() {
    return data.hasNext();
  }

  INDArray next() {
    INDArray features = data.next().getFeatures();
    batch++;
    if (features.rank() != 2 || features.columns() != inputs) {
      throw new IllegalArgumentException(
          "batch "
              + batch
              + ": features must be [examples, "
              + inputs
              + "], were "
              + Arrays.toString(features.shape()));
    }
    INDArray numbers = features.castTo(type);
    if (!Double.isFinite(numbers.sumNumber().doubleValue())) {
      throw new IllegalArgumentException(
          "batch " + batch + ": features must be finite; a NaN or an infinity is among them");
    }
    if (probabilities
        && !(numbers.minNumber().doubleValue() >= 0 && numbers.maxNumber().doubleValue() <= 1)) {
      throw new IllegalArgumentException(
          "batch "
              + batch
              + ": features must be in [0, 1], were in ["
              + numbers.minNumber()
              + ", "
              + numbers.maxNumber()
              + "]: scale them");
    }
    return numbers;
  }
}
