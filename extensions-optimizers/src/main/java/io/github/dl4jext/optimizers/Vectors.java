package io.github.dl4jext.optimizers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.factory.Nd4j;

/** Operations on vectors that overwrite one of them and allocate nothing. */
final class Vectors {

  private Vectors() {}

  /** {@code target += factor * x}. */
  static void addScaled(INDArray target, double factor, INDArray x) {
    Nd4j.exec(new Axpy(x, target, target, factor));
  }

  /** {@code target = decay * target + x}. */
  static void decayAndAdd(INDArray target, double decay, INDArray x) {
    Nd4j.exec(new Axpy(target, x, target, decay));
  }

  /** {@code average = decay * average + (1 - decay) * x}. */
  static void average(INDArray average, double decay, INDArray x) {
    average.muli(decay);
    addScaled(average, 1 - decay, x);
  }

  /** {@code average = decay * average + (1 - decay) * x * x}; the scratch array is overwritten. */
  static void averageOfSquares(INDArray average, double decay, INDArray x, INDArray scratch) {
    x.mul(x, scratch);
    average(average, decay, scratch);
  }

  /** {@code target = factor * sqrt(x) + addend}. */
  static void root(INDArray x, double factor, double addend, INDArray target) {
    Nd4j.exec(new Sqrt(x, target));
    if (factor != 1) {
      target.muli(factor);
    }
    target.addi(addend);
  }

  /** {@code x = max(x, 0)}; NaN stays NaN. */
  static void atLeastZero(INDArray x) {
    Nd4j.exec(new RectifiedLinear(x, x));
  }

  /** {@code target = sqrt(x + addend)}. */
  static void rootOfSum(INDArray x, double addend, INDArray target) {
    x.add(addend, target);
    Nd4j.exec(new Sqrt(target, target));
  }
}
