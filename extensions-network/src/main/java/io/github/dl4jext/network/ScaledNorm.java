package io.github.dl4jext.network;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds the Euclidean length of a vector that lies in several pieces as {@code scale * root}, of
 * which both stay finite where their product does not.
 *
 * @param scale a power of two; 1 for lengths of usual size
 * @param root the length divided by it
 */
public record ScaledNorm(double scale, double root) {

  /** Outside of these, squares of floats, or the inverse of a limit, would lose digits. */
  private static final double LARGE = 1e30;

  private static final double SMALL = 1e-15;

  /**
   * Computes the length of a vector.
   *
   * @param pieces its pieces, of any type and order in memory
   * @return the length
   */
  public static ScaledNorm of(List<INDArray> pieces) {
    double norm = length(pieces);
    if (norm >= SMALL && norm <= LARGE || Double.isNaN(norm)) {
      return new ScaledNorm(1, norm);
    }
    double largest = 0;
    for (INDArray piece : pieces) {
      largest = Math.max(largest, piece.isEmpty() ? 0 : piece.amaxNumber().doubleValue());
    }
    if (largest == 0 || Double.isInfinite(largest)) {
      return new ScaledNorm(1, largest);
    }
    double scale = Math.scalb(1.0, Math.max(Math.getExponent(largest), Double.MIN_EXPONENT));
    double root = 0;
    for (INDArray piece : pieces) {
      root = Math.hypot(root, Norms.blasLength(piece.castTo(DataType.DOUBLE).div(scale)));
    }
    return new ScaledNorm(scale, root);
  }

  private static double length(List<INDArray> pieces) {
    double norm = 0;
    for (INDArray piece : pieces) {
      norm = Math.hypot(norm, Norms.blasLength(piece));
    }
    return norm;
  }

  /**
   * The length as one number.
   *
   * @return NaN or infinite if an element is, infinite also if the length is too large for a double
   */
  public double value() {
    return scale * root;
  }

  /**
   * Whether all elements are finite, even if their length is too large for a double.
   *
   * @return false where an element is NaN or infinite
   */
  public boolean isFinite() {
    return Double.isFinite(scale) && Double.isFinite(root);
  }

  /**
   * Compares the length with a limit.
   *
   * @param limit the limit
   * @return true if it is finite, and more than the limit
   */
  public boolean isAbove(double limit) {
    return isFinite() && root > limit / scale;
  }

  /**
   * Multiplies the pieces by slightly less than limit / length, so that the length stays within the
   * limit after rounding.
   *
   * @param pieces the pieces of the vector, which are changed
   * @param limit the length that they get
   */
  public void shrink(List<INDArray> pieces, double limit) {
    for (INDArray piece : pieces) {
      if (scale != 1) {
        piece.divi(scale);
      }
      piece.muli(limit / root * (1 - 4 * roundingError(piece.dataType())));
    }
  }

  private static double roundingError(DataType type) {
    return switch (type) {
      case DOUBLE -> 0x1p-53;
      case FLOAT -> 0x1p-24;
      case HALF -> 0x1p-11;
      default -> 0x1p-8;
    };
  }
}
