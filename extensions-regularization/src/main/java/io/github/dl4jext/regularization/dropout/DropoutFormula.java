package io.github.dl4jext.regularization.dropout;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes {@code y = factor x + shift} with the noise that was drawn for one pass. The gradient is
 * multiplied by the factor. Arrays of size 1 along a dimension are repeated along it.
 */
public final class DropoutFormula {

  private final @Nullable INDArray factor;
  private final @Nullable UnaryOperator<INDArray> shift;

  private DropoutFormula(@Nullable INDArray factor, @Nullable UnaryOperator<INDArray> shift) {
    this.factor = factor;
    this.shift = shift;
  }

  /**
   * Makes noise that multiplies.
   *
   * @param factor the factor of the activations
   * @return noise without a shift
   */
  public static DropoutFormula times(INDArray factor) {
    Objects.requireNonNull(factor, "dropout formula: factor must be given, was null");
    return new DropoutFormula(factor, null);
  }

  /**
   * Makes noise that is added; the gradient does not change.
   *
   * @param shift the array to add
   * @return noise whose factor is 1
   */
  public static DropoutFormula plus(INDArray shift) {
    Objects.requireNonNull(shift, "dropout formula: shift must be given, was null");
    return new DropoutFormula(null, noFactor -> shift);
  }

  /**
   * Adds a shift that is computed from the factor. A backward pass does not compute it.
   *
   * @param shiftOfFactor computes the shift from the factor, which it may overwrite
   * @return noise that multiplies and then adds
   */
  public DropoutFormula andPlus(UnaryOperator<INDArray> shiftOfFactor) {
    Objects.requireNonNull(shiftOfFactor, "dropout formula: shiftOfFactor must be given, was null");
    return new DropoutFormula(factor, shiftOfFactor);
  }

  /** Whether the backward pass changes the gradient. */
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

  /** Changes the gradient at the output into the gradient at the input, in place. */
  void backprop(INDArray gradient) {
    if (factor != null) {
      gradient.muli(factor.castTo(gradient.dataType()));
    }
  }
}
