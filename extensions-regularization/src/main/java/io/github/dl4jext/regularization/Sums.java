package io.github.dl4jext.regularization;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sums over all weights of a parameter; by BLAS, since ND4J's own lose digits in long floats. */
final class Sums {

  private Sums() {}

  static double ofSquares(INDArray weights) {
    double norm = Nd4j.getBlasWrapper().nrm2(vector(weights));
    return norm * norm;
  }

  static double ofAbsolutes(INDArray weights) {
    return Nd4j.getBlasWrapper().asum(vector(weights));
  }

  private static INDArray vector(INDArray array) {
    boolean known = array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE;
    INDArray blas = known ? array : array.castTo(DataType.FLOAT);
    return blas.rank() == 1 ? blas : blas.reshape(blas.ordering(), new long[] {blas.length()});
  }
}
