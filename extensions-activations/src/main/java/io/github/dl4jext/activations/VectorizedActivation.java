package io.github.dl4jext.activations;

import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.activations.FloatFormulas.FloatFormula;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An activation whose function and slope are {@link Formula}s in Java; see {@link ExactFormulas}
 * and {@link FloatFormulas}.
 */
interface VectorizedActivation extends ElementwiseActivation {

  /**
   * The function.
   *
   * @param type float or double, whose range the values must not leave
   */
  Formula function(DataType type);

  /** The function in float arithmetic, where that keeps the digits; null where it does not. */
  default @Nullable FloatFormula floatFunction() {
    return null;
  }

  /** Its derivative. */
  Formula slope(DataType type);

  /** The derivative in float arithmetic, where that keeps the digits; null where it does not. */
  default @Nullable FloatFormula floatSlope() {
    return null;
  }

  @Override
  default INDArray getActivation(INDArray in, boolean training) {
    FloatFormula floats = isFloat(in) ? floatFunction() : null;
    if (floats == null) {
      ExactFormulas.each(in, function(Dense.typeFor(in)), null);
    } else {
      FloatFormulas.each(in, floats, null);
    }
    return in;
  }

  @Override
  default Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    Dense.checkShapes(this, in, epsilon);
    multiplySlope(in, epsilon);
    return new Pair<>(in, null);
  }

  @Override
  default void value(INDArray x, Scratch scratch) {
    getActivation(x, false);
  }

  @Override
  default void derivative(INDArray x, Scratch scratch) {
    multiplySlope(x, null);
  }

  private void multiplySlope(INDArray x, @Nullable INDArray factor) {
    FloatFormula floats = isFloat(x) ? floatSlope() : null;
    if (floats == null) {
      ExactFormulas.each(x, slope(Dense.typeFor(x)), factor);
    } else {
      FloatFormulas.each(x, floats, factor);
    }
  }

  private static boolean isFloat(INDArray x) {
    return Dense.typeFor(x) == DataType.FLOAT;
  }
}
