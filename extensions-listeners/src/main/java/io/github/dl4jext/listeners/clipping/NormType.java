package io.github.dl4jext.listeners.clipping;

import io.github.dl4jext.listeners.monitoring.FiniteCheck;
import io.github.dl4jext.network.ScaledNorm;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The norm by which the length of a gradient is measured: the p of its p-norm. */
public enum NormType {
  /** The sum of the absolute values, p = 1. */
  L1,
  /** The Euclidean length, p = 2. */
  L2,
  /** The largest absolute value, p = infinity. */
  MAX;

  /**
   * Measures a vector.
   *
   * @param pieces the pieces of the vector
   * @return the norm, with a scale of 1 except for Euclidean norms of unusual size; NaN or infinite
   *     if an element is
   */
  ScaledNorm of(List<INDArray> pieces) {
    if (this == L2) {
      return ScaledNorm.of(pieces);
    }
    double norm = 0;
    for (INDArray piece : pieces) {
      if (piece.isEmpty()) {
        continue;
      }
      if (!FiniteCheck.all(piece)) {
        return new ScaledNorm(1, Double.NaN);
      }
      norm =
          this == L1
              ? norm + FiniteCheck.sumOfSizes(piece)
              : Math.max(norm, piece.amaxNumber().doubleValue());
    }
    return new ScaledNorm(1, norm);
  }
}
