package io.github.dl4jext.network;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Computes norms and sums over arrays that are accurate for long arrays too. ND4J's own sums lose
 * digits in long arrays of floats (the {@code norm2} of 20 million normal numbers is 0.8 % too
 * small), and BLAS's do on some processors: each of its partial sums is a float too. Therefore BLAS
 * sums pieces of the array, and these sums are added up in double.
 *
 * <p>Norms of parts of an array, unit by unit, are those of {@link UnitNorms}.
 */
public final class Norms {

  private static final long PIECE = 1 << 14;

  private Norms() {}

  /**
   * Computes the Euclidean length of an array.
   *
   * @param array any array, of any order in memory
   * @return the length; NaN or infinite if an element is, infinite also if it is too large for a
   *     double
   */
  public static double l2(INDArray array) {
    return ScaledNorm.of(List.of(array)).value();
  }

  /**
   * Computes the Euclidean length of several arrays together.
   *
   * @param arrays the arrays
   * @return the length; NaN or infinite if an element is, infinite also if it is too large for a
   *     double
   */
  public static double l2(List<INDArray> arrays) {
    return ScaledNorm.of(arrays).value();
  }

  /**
   * Sums the squares of all elements.
   *
   * @param array any array
   * @return the sum
   */
  public static double sumOfSquares(INDArray array) {
    return inPieces(
        array,
        piece -> {
          double norm = Nd4j.getBlasWrapper().nrm2(piece);
          return norm * norm;
        });
  }

  /**
   * Sums the absolute values of all elements.
   *
   * @param array any array
   * @return the sum
   */
  public static double sumOfAbsolutes(INDArray array) {
    return inPieces(array, piece -> Nd4j.getBlasWrapper().asum(piece));
  }

  private static double inPieces(INDArray array, ToDoubleFunction<INDArray> sum) {
    INDArray all = vector(array);
    double total = 0;
    for (long from = 0; from < all.length(); from += PIECE) {
      total += sum.applyAsDouble(piece(all, from));
    }
    return total;
  }

  /** The length as BLAS has it, which overflows and underflows with the squares of floats. */
  static double blasLength(INDArray array) {
    INDArray all = vector(array);
    double norm = 0;
    for (long from = 0; from < all.length(); from += PIECE) {
      norm = Math.hypot(norm, Nd4j.getBlasWrapper().nrm2(piece(all, from)));
    }
    return norm;
  }

  private static INDArray piece(INDArray all, long from) {
    return all.length() <= PIECE
        ? all
        : all.get(NDArrayIndex.interval(from, Math.min(from + PIECE, all.length())));
  }

  private static INDArray vector(INDArray array) {
    INDArray blas =
        HostMemory.isReadable(array) ? array : array.castTo(DataType.FLOAT); // BLAS has no halves
    return blas.rank() == 1 ? blas : blas.reshape(blas.ordering(), new long[] {blas.length()});
  }
}
