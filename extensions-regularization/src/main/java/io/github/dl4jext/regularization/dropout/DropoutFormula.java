package io.github.dl4jext.regularization.dropout;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes {@code y = factor x + shift} with the noise that was drawn for one pass, so that the
 * gradient is multiplied by the factor. Arrays may have size 1 along a dimension, and are then
 * repeated.
 */
public final class DropoutFormula {

  private final @Nullable INDArray factor;
  private final @Nullable UnaryOperator<INDArray> shift;

  private DropoutFormula(@Nullable INDArray factor, @Nullable UnaryOperator<INDArray> shift) {
    this.factor = factor;
    this.shift = shift;
  }

  /**
   * Noise that multiplies.
   *
   * @param factor what activations are multiplied by
   * @return noise without a shift
   */
  public static DropoutFormula times(INDArray factor) {
    Objects.requireNonNull(factor, "dropout formula: factor must be given, was null");
    return new DropoutFormula(factor, null);
  }

  /**
   * Noise that is added; the gradient passes as it is.
   *
   * @param shift what is added
   * @return noise whose factor is 1
   */
  public static DropoutFormula plus(INDArray shift) {
    Objects.requireNonNull(shift, "dropout formula: shift must be given, was null");
    return new DropoutFormula(null, noFactor -> shift);
  }

  /**
   * The same noise with a shift that follows from the factor. A backward pass does not ask for it.
   *
   * @param shiftOfFactor makes the shift of the factor, which it may overwrite
   * @return noise that multiplies and then adds
   */
  public DropoutFormula andPlus(UnaryOperator<INDArray> shiftOfFactor) {
    Objects.requireNonNull(shiftOfFactor, "dropout formula: shiftOfFactor must be given, was null");
    return new DropoutFormula(factor, shiftOfFactor);
  }

  /** Whether a gradient changes on its way back. */
  boolean multiplies() {
    return factor != null;
  }

  /** Disturbs activations in place. */
  void apply(INDArray activations) {
    backprop(activations);
    if (shift != null) {
      activations.addi(shift.apply(factor).castTo(activations.dataType()));
    }
  }

  /** From the gradient at the output to the one at the input, in place. */
  void backprop(INDArray gradient) {
    if (factor != null) {
      gradient.muli(factor.castTo(gradient.dataType()));
    }
  }
}
