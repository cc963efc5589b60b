package io.github.dl4jext.network;

import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Sums over all weights of a parameter. ND4J's own lose digits in long floats, and BLAS's do on
 * some processors: each of its partial sums is a float too. So BLAS sums pieces, and these are
 * added up in double.
 */
public final class Sums {

  private static final long PIECE = 1 << 14;

  private Sums() {}

  public static double ofSquares(INDArray weights) {
    return inPieces(
        weights,
        piece -> {
          double norm = Nd4j.getBlasWrapper().nrm2(piece);
          return norm * norm;
        });
  }

  public static double ofAbsolutes(INDArray weights) {
    return inPieces(weights, piece -> Nd4j.getBlasWrapper().asum(piece));
  }

  private static double inPieces(INDArray weights, ToDoubleFunction<INDArray> sum) {
    INDArray all = vector(weights);
    double total = 0;
    for (long from = 0; from < all.length(); from += PIECE) {
      long to = Math.min(from + PIECE, all.length());
      total += sum.applyAsDouble(all.get(NDArrayIndex.interval(from, to)));
    }
    return total;
  }

  private static INDArray vector(INDArray array) {
    boolean known = array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE;
    INDArray blas = known ? array : array.castTo(DataType.FLOAT);
    return blas.rank() == 1 ? blas : blas.reshape(blas.ordering(), new long[] {blas.length()});
  }
}
