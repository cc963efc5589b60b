package io.github.dl4jext.activations;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.scalar.LeakyReLU;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndSet;
import org.nd4j.linalg.api.ops.impl.transforms.same.Ceil;
import org.nd4j.linalg.api.ops.impl.transforms.strict.HardTanh;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * The operations of ND4J that activations are made of, each writing into an array that exists. All
 * of them keep NaN; ND4J's {@code max}, {@code min}, {@code relu6} and comparisons lose it. They
 * are ND4J's older operations, which on small arrays cost a quarter of what its custom ones do.
 */
final class InPlace {

  private InPlace() {}

  /** {@code out <- max(x, low)}. */
  static INDArray atLeast(INDArray x, double low, INDArray out) {
    return run(new RectifiedLinear(x, out, low), out);
  }

  /** Multiplies negative elements by the slope. */
  static INDArray leaky(INDArray x, double slope) {
    return run(new LeakyReLU(x, x, slope), x);
  }

  /** {@code out <- min(x, high)}. */
  static INDArray atMost(INDArray x, double high, INDArray out) {
    return run(new CompareAndSet(x, out, high, Conditions.greaterThan(high)), out);
  }

  /** {@code out <- 1 where x > 0, else 0}; the smallest positive number counts as positive. */
  static INDArray isPositive(INDArray x, INDArray out) {
    atLeast(run(new HardTanh(x, out), out), 0, out);
    return run(new Ceil(out, out), out);
  }

  /** A bound below which a number of the type stays finite when multiplied by the factor. */
  static double limit(DataType type, double factor) {
    double largest = type == DataType.DOUBLE ? Double.MAX_VALUE : Float.MAX_VALUE;
    return largest * (1 - 1e-3) / factor;
  }

  private static INDArray run(Op op, INDArray out) {
    Nd4j.getExecutioner().exec(op);
    return out;
  }
}
