package io.github.dl4jext.listeners.clipping;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The length of a vector that lies in several pieces: {@code scale * root}, of which both stay
 * finite where their product does not.
 *
 * <p>It is BLAS that sums, because ND4J's own {@code norm2} adds up floats one after another: of 20
 * million normal numbers its result is 0.8 % too small.
 */
record GradientNorm(double scale, double root) {

  /** Beyond it, floats near the limit's inverse would lose digits. */
  private static final double LARGE = 1e30;

  static GradientNorm of(List<INDArray> pieces) {
    double norm = 0;
    for (INDArray piece : pieces) {
      norm = Math.hypot(norm, length(piece));
    }
    if (norm <= LARGE || Double.isNaN(norm)) {
      return new GradientNorm(1, norm);
    }
    double largest = 0;
    for (INDArray piece : pieces) {
      largest = Math.max(largest, piece.amaxNumber().doubleValue());
    }
    if (Double.isInfinite(largest)) {
      return new GradientNorm(1, largest);
    }
    double root = 0;
    for (INDArray piece : pieces) {
      root = Math.hypot(root, length(piece.div(largest)));
    }
    return new GradientNorm(largest, root);
  }

  /** NaN or infinite where an element is, infinite also where it is too large for a double. */
  double value() {
    return scale * root;
  }

  /** False where an element is NaN or infinite. */
  boolean isFinite() {
    return Double.isFinite(scale) && Double.isFinite(root);
  }

  boolean isAbove(double limit) {
    return isFinite() && root > limit / scale;
  }

  /**
   * Multiplies the pieces by limit / norm, and by as little less as keeps the rounded result within
   * the limit.
   */
  void shrink(List<INDArray> pieces, double limit) {
    for (INDArray piece : pieces) {
      if (scale != 1) {
        piece.divi(scale);
      }
      piece.muli(limit / root * (1 - 4 * roundingError(piece.dataType())));
    }
  }

  private static double length(INDArray piece) {
    return switch (piece.dataType()) {
      case FLOAT, DOUBLE -> Nd4j.getBlasWrapper().nrm2(piece);
      default -> Nd4j.getBlasWrapper().nrm2(piece.castTo(DataType.FLOAT)); // BLAS has no halves
    };
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
