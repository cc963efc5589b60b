package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.network.CounterRandom;
import io.github.dl4jext.network.NoiseSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Draws in which a row depends on its own seed alone, whatever the layout of the activations.
 *
 * @param rows the numbers of each row
 * @param type double, or any other floating type, for which floats are made
 */
record SeededRows(CounterRandom rows, DataType type) implements NoiseSource {

  @Override
  public INDArray kept(double probability, long... shape) {
    INDArray kept = Nd4j.ones(drawn(), shape);
    rows.keep(kept, probability, 1);
    return kept;
  }

  @Override
  public INDArray gaussian(long... shape) {
    return rows.gaussians(drawn(), shape);
  }

  private DataType drawn() {
    return type == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
  }
}
