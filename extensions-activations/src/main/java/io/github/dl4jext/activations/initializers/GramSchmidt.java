package io.github.dl4jext.activations.initializers;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes the rows of a matrix orthogonal to each other and of length 1.
 *
 * <p>Neither of ND4J's QR decompositions is used: on the CPU the {@code qr} operation of 1.0.0-M2.1
 * crashed the JVM when tried, and LAPACK's in double gave a wrong Q on the machine where it was
 * measured (largest element of {@code Q^T Q - I}: 1 for 1000 x 300, 100 for 1024 x 1024). Commons
 * Math forms the full square Q, which for 25088 x 100 takes 5 GB.
 */
final class GramSchmidt {

  /**
   * Rows that are orthogonalised in Java at once; matrix products remove their components along
   * earlier rows.
   */
  private static final int BLOCK = 64;

  /** One pass leaves rounding errors that grow with the condition number; two passes do not. */
  private static final int PASSES = 2;

  private GramSchmidt() {}

  /** In place, on a matrix of doubles in 'c' order of at least as many columns as rows. */
  static void orthonormalise(INDArray rows) {
    long count = rows.rows();
    for (long from = 0; from < count; from += BLOCK) {
      INDArray block = rows.get(interval(from, Math.min(count, from + BLOCK)), all());
      if (from > 0) {
        INDArray earlier = rows.get(interval(0, from), all());
        for (int pass = 0; pass < PASSES; pass++) {
          block.subi(block.mmul(earlier.transpose()).mmul(earlier));
        }
      }
      block.assign(
          Nd4j.createFromArray(orthonormal(block.dup('c').data().asDouble(), block.rows()))
              .reshape('c', block.shape()));
    }
  }

  private static double[] orthonormal(double[] block, int rows) {
    int length = block.length / rows;
    for (int row = 0; row < block.length; row += length) {
      for (int pass = 0; pass < PASSES; pass++) {
        for (int other = 0; other < row; other += length) {
          add(block, row, -dot(block, row, other, length), other, length);
        }
      }
      double norm = Math.sqrt(dot(block, row, row, length));
      for (int i = row; i < row + length; i++) {
        block[i] /= norm;
      }
    }
    return block;
  }

  private static void add(double[] block, int row, double factor, int other, int length) {
    for (int i = 0; i < length; i++) {
      block[row + i] += factor * block[other + i];
    }
  }

  private static double dot(double[] block, int a, int b, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += block[a + i] * block[b + i];
    }
    return sum;
  }
}
