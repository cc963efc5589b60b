package io.github.dl4jext.regularization;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Noise as it was drawn for one pass: {@code y = factor x + shift}, so that the gradient is
 * multiplied by the factor. Arrays may have size 1 along a dimension, and are then repeated.
 *
 * @param factor what activations are multiplied by, or null for 1
 * @param shift what is added, or null for 0
 */
public record Noise(INDArray factor, INDArray shift) {

  /**
   * Noise that multiplies.
   *
   * @param factor what activations are multiplied by
   * @return noise without a shift
   */
  public static Noise times(INDArray factor) {
    return new Noise(factor, null);
  }

  /**
   * Noise that is added; the gradient passes as it is.
   *
   * @param shift what is added
   * @return noise whose factor is 1
   */
  public static Noise plus(INDArray shift) {
    return new Noise(null, shift);
  }

  /** Disturbs activations in place. */
  void apply(INDArray activations) {
    if (factor != null) {
      activations.muli(fit(factor, activations));
    }
    if (shift != null) {
      activations.addi(fit(shift, activations));
    }
  }

  /** From the gradient at the output to the one at the input, in place. */
  void backprop(INDArray gradient) {
    if (factor != null) {
      gradient.muli(fit(factor, gradient));
    }
  }

  private static INDArray fit(INDArray noise, INDArray array) {
    return noise.castTo(array.dataType());
  }
}
