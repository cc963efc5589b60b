package io.github.dl4jext.activations;

import io.github.dl4jext.activations.ExactFormulas.Formula;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An activation whose function and slope are {@link Formula}s in Java; see {@link ExactFormulas}.
 */
interface VectorizedActivation extends ElementwiseActivation {

  /**
   * The function.
   *
   * @param type float or double, where the function has to stay in its range
   */
  Formula function(DataType type);

  /** Its derivative. */
  Formula slope(DataType type);

  @Override
  default INDArray getActivation(INDArray in, boolean training) {
    ExactFormulas.each(in, function(Dense.typeFor(in)), null);
    return in;
  }

  @Override
  default Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    Dense.checkShapes(this, in, epsilon);
    ExactFormulas.each(in, slope(Dense.typeFor(in)), epsilon);
    return new Pair<>(in, null);
  }

  @Override
  default void value(INDArray x, Scratch scratch) {
    ExactFormulas.each(x, function(x.dataType()), null);
  }

  @Override
  default void derivative(INDArray x, Scratch scratch) {
    ExactFormulas.each(x, slope(x.dataType()), null);
  }
}
