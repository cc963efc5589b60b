package io.github.dl4jext.regularization;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Draws in which a row depends on its own seed alone: element i of row r, counted in the order 'c',
 * is number i of the row.
 *
 * @param rows the numbers of each row
 * @param type double, or any other floating type, for which floats are made
 */
record SeededRows(RowDraws rows, DataType type) implements Draws {

  private interface Filler {
    void fill(int row, double[] numbers);
  }

  @Override
  public INDArray kept(double probability, long... shape) {
    return array(
        shape,
        (row, numbers) -> {
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = rows.uniform(row, i) < probability ? 1 : 0;
          }
        });
  }

  @Override
  public INDArray gaussian(long... shape) {
    return array(
        shape,
        (row, numbers) -> {
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = rows.gaussian(row, i);
          }
        });
  }

  private INDArray array(long[] shape, Filler filler) {
    if (shape[0] != rows.rows()) {
      throw new IllegalArgumentException(
          "there are "
              + rows.rows()
              + " rows of random numbers for "
              + shape[0]
              + " examples: give a seed per example");
    }
    DataType drawn = type == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
    INDArray array = Nd4j.createUninitialized(drawn, shape, 'c');
    INDArray flat = array.reshape('c', shape[0], array.length() / Math.max(1, shape[0]));
    double[] numbers = new double[(int) flat.size(1)];
    for (int row = 0; row < shape[0]; row++) {
      filler.fill(row, numbers);
      flat.getRow(row).assign(Nd4j.createFromArray(numbers));
    }
    return array;
  }
}
