package io.github.dl4jext.optimizers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.api.ops.impl.updaters.AmsGradUpdater;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's fused operations for Adam and AMSGrad without their own bias correction, which puts
 * epsilon beside the uncorrected root, and which makes a rate of 0 the epsilon.
 */
final class NativeAdam {

  /** So late a step that beta to its power is 0, and the operation corrects nothing. */
  private static final int LATE = 1 << 30;

  private NativeAdam() {}

  /** Updates both means, and overwrites the gradient by {@code size * m / (sqrt(v) + epsilon)}. */
  static void update(
      INDArray gradient,
      INDArray m,
      INDArray v,
      double size,
      double beta1,
      double beta2,
      double epsilon) {
    Nd4j.exec(
        new AdamUpdater(gradient, v, m, rate(size, beta1, beta2), beta1, beta2, epsilon, LATE));
    clear(gradient, size);
  }

  /** The same with the largest v so far under the root. */
  static void updateWithMaximum(
      INDArray gradient,
      INDArray m,
      INDArray v,
      INDArray maximum,
      double size,
      double beta1,
      double beta2,
      double epsilon) {
    Nd4j.exec(
        new AmsGradUpdater(
            gradient, v, m, maximum, rate(size, beta1, beta2), beta1, beta2, epsilon, LATE));
    clear(gradient, size);
  }

  /** What remains of the operation's correction if a beta is as good as 1 is divided out. */
  private static double rate(double size, double beta1, double beta2) {
    double rate = size == 0 ? 1 : size;
    return rate * (1 - Math.pow(beta1, LATE + 1L)) / Math.sqrt(1 - Math.pow(beta2, LATE + 1L));
  }

  private static void clear(INDArray gradient, double size) {
    if (size == 0) {
      gradient.assign(0);
    }
  }
}
