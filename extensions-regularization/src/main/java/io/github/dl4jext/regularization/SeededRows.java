package io.github.dl4jext.regularization;

import java.util.Arrays;
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

  private interface Numbers {
    double of(int row, int index);
  }

  @Override
  public INDArray kept(double probability, long... shape) {
    return array(shape, (row, index) -> rows.isBelow(probability, row, index));
  }

  @Override
  public INDArray gaussian(long... shape) {
    return array(shape, rows::gaussian);
  }

  private INDArray array(long[] shape, Numbers numbers) {
    if (shape[0] != rows.rows()) {
      throw new IllegalArgumentException(
          "there must be a seed for each example: "
              + rows.rows()
              + " seeds, activations of shape "
              + Arrays.toString(shape));
    }
    int examples = rows.rows();
    int width = Math.toIntExact(Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact));
    int length = Math.multiplyExact(examples, width);
    if (type == DataType.DOUBLE) {
      double[] elements = new double[length];
      for (int row = 0, i = 0; row < examples; row++) {
        for (int index = 0; index < width; index++) {
          elements[i++] = numbers.of(row, index);
        }
      }
      return Nd4j.createFromArray(elements).reshape('c', shape);
    }
    float[] elements = new float[length];
    for (int row = 0, i = 0; row < examples; row++) {
      for (int index = 0; index < width; index++) {
        elements[i++] = (float) numbers.of(row, index);
      }
    }
    return Nd4j.createFromArray(elements).reshape('c', shape);
  }
}
