package io.github.dl4jext.activations;

import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/** Makes arrays dense: their numbers lie side by side, and are floats or doubles. */
final class Dense {

  private Dense() {}

  /** The array itself if it is dense and of floats or doubles, else a copy that is. */
  static INDArray of(INDArray array) {
    INDArray typed = array.castTo(typeFor(array));
    return isDense(typed) ? typed : typed.dup(array.ordering());
  }

  /** The array with its elements in the same order in memory as the target's, and of its type. */
  static INDArray like(INDArray target, INDArray array) {
    INDArray typed = array.castTo(target.dataType());
    return isDense(typed) && typed.ordering() == target.ordering()
        ? typed
        : typed.dup(target.ordering());
  }

  /** Narrower types than float have neither the range nor the digits that formulas need. */
  static DataType typeFor(INDArray array) {
    return array.dataType() == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
  }

  static void checkShapes(IActivation activation, INDArray in, INDArray epsilon) {
    if (!Arrays.equals(in.shape(), epsilon.shape())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: epsilon must have the shape of the input %s, was %s",
              activation,
              Arrays.toString(in.shape()),
              Arrays.toString(epsilon.shape())));
    }
  }

  private static boolean isDense(INDArray array) {
    return array.elementWiseStride() == 1 && Shape.hasDefaultStridesForShape(array);
  }
}
