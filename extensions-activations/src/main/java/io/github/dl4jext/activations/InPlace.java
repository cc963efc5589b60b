package io.github.dl4jext.activations;

import io.github.dl4jext.network.HostMemory;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.scalar.LeakyReLU;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndSet;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.gradient.SELUDerivative;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.same.Ceil;
import org.nd4j.linalg.api.ops.impl.transforms.same.Negative;
import org.nd4j.linalg.api.ops.impl.transforms.same.OneMinus;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erfc;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.HardTanh;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * The operations of ND4J that activations are made of, each writing into an array that exists. All
 * of them keep NaN; ND4J's {@code max}, {@code min}, {@code relu6} and comparisons lose it. They
 * are ND4J's older operations, which on small arrays cost a quarter of what its custom ones do.
 */
final class InPlace {

  /** From here on down exp(x) - 1 is -1 in double and narrower types. */
  private static final double EXPM1_IS_MINUS_1 = -40;

  private InPlace() {}

  /** {@code out <- 1 / (1 + exp(-x))}. */
  static INDArray sigmoid(INDArray x, INDArray out) {
    return run(new Sigmoid(x, out), out);
  }

  /** {@code x <- exp(x)}. */
  static INDArray exp(INDArray x) {
    return run(new Exp(x, x), x);
  }

  /**
   * {@code x <- exp(x) - 1} for x up to 0, with all digits: ND4J's own has none left near 0.
   *
   * <p>With {@code u = exp(x)}, what u has lost is {@code u (x - ln(u))}, and {@code u - 1} has
   * lost nothing more.
   */
  static INDArray expm1(INDArray x, INDArray u, INDArray log) {
    atLeast(x, EXPM1_IS_MINUS_1, x);
    run(new Log(run(new Exp(x, u), u), log), log);
    subtract(x, log).muli(u);
    return subtract(x, run(new OneMinus(u, u), u));
  }

  /**
   * {@code x <- ln(1 + exp(-|x|))}, with all digits: ND4J's log1p has none left of small numbers.
   *
   * <p>With {@code y = exp(-|x|)} and {@code u = 1 + y}, what u has lost is {@code y - (u - 1)},
   * and so much is missing from ln(u).
   */
  static INDArray softplusOfMinusAbs(INDArray x, INDArray u, INDArray lost) {
    INDArray y = exp(run(new Negative(abs(x, x), x), x));
    run(new OneMinus(run(new Negative(y, u), u), u), u);
    run(new OneMinus(u, lost), lost);
    return add(add(y, lost), run(new Log(u, u), u));
  }

  /** {@code x <- 1 - erf(x)}, accurate where that is small. */
  static INDArray erfc(INDArray x) {
    return run(new Erfc(x, x), x);
  }

  /** {@code x <- x + y}. */
  static INDArray add(INDArray x, INDArray y) {
    return run(new Axpy(y, x, x, 1), x);
  }

  /** {@code x <- x - y}. */
  static INDArray subtract(INDArray x, INDArray y) {
    return run(new Axpy(y, x, x, -1), x);
  }

  /** {@code out <- x x}. */
  static INDArray square(INDArray x, INDArray out) {
    return run(new Square(x, out), out);
  }

  /** {@code x <- sqrt(x)}. */
  static INDArray sqrt(INDArray x) {
    return run(new Sqrt(x, x), x);
  }

  /** {@code out <- |x|}. */
  static INDArray abs(INDArray x, INDArray out) {
    return run(new Abs(x, out), out);
  }

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

  /** {@code out <- min(max(x, low), high)}. */
  static INDArray clip(INDArray x, double low, double high, INDArray out) {
    return atMost(atLeast(x, low, out), high, out);
  }

  /** {@code out <- 1 where x > 0, else 0}; the smallest positive number counts as positive. */
  static INDArray isPositive(INDArray x, INDArray out) {
    atLeast(run(new HardTanh(x, out), out), 0, out);
    return run(new Ceil(out, out), out);
  }

  /** {@code x <- SELU'(x)}. */
  @SuppressWarnings(
      "deprecation") // the custom operation that is to replace it takes three times as long
  static INDArray seluDerivative(INDArray x) {
    return run(new SELUDerivative(x, x), x);
  }

  /** {@code out <- 1 where x > threshold, else 0}. */
  static INDArray isAbove(INDArray x, double threshold, INDArray out) {
    return isPositive(x.subi(threshold, out), out);
  }

  /** A bound below which a number of the type stays finite when multiplied by the factor. */
  static double limit(DataType type, double factor) {
    return largest(type) * (1 - 1e-3) / factor;
  }

  /** The largest finite number of a floating type. */
  static double largest(DataType type) {
    return switch (type) {
      case DOUBLE -> Double.MAX_VALUE;
      default -> Float.MAX_VALUE;
    };
  }

  /** {@code x <- f(x)}, in Java: for functions that cannot be made of a few operations. */
  static void each(INDArray x, DoubleUnaryOperator function) {
    int block = (int) Math.min(x.length(), 1024);
    HostMemory memory = new HostMemory(x, block);
    double[] numbers = new double[block];
    for (long from = 0; from < x.length(); from += block) {
      int count = (int) Math.min(block, x.length() - from);
      memory.read(from, numbers, count);
      for (int i = 0; i < count; i++) {
        numbers[i] = function.applyAsDouble(numbers[i]);
      }
      memory.write(from, numbers, count);
    }
  }

  private static INDArray run(Op op, INDArray out) {
    Nd4j.getExecutioner().exec(op);
    return out;
  }
}
