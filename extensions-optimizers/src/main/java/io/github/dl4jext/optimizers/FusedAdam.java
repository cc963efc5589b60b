package io.github.dl4jext.optimizers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.api.ops.impl.updaters.AmsGradUpdater;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A step of Adam and of AMSGrad without a bias correction: a loop over the floats of a CPU, else
 * ND4J's fused operations with their own correction disabled. That correction would add epsilon to
 * the uncorrected root, and replace a rate of 0 by epsilon.
 */
final class FusedAdam {

  /** A step so late that beta to its power is 0, and the operation makes no correction. */
  private static final int LATE = 1 << 30;

  private FusedAdam() {}

  /** Updates both means, and overwrites the gradient by {@code size * m / (sqrt(v) + epsilon)}. */
  static void update(UpdateContext t, double size, double beta1, double beta2, double epsilon) {
    INDArray gradient = t.gradient();
    if (FloatLoop.fits(gradient)) {
      FloatLoop.run(t, 2, step((float) size, beta1, beta2, (float) epsilon));
      return;
    }
    Nd4j.exec(
        new AdamUpdater(
            gradient,
            t.state(1),
            t.state(0),
            rate(size, beta1, beta2),
            beta1,
            beta2,
            epsilon,
            LATE));
    clear(gradient, size);
  }

  private static FloatLoop.Step step(float size, double beta1, double beta2, float epsilon) {
    float keep = (float) beta1;
    float take = (float) (1 - beta1);
    float keepSquares = (float) beta2;
    float takeSquares = (float) (1 - beta2);
    return (gradient, state, count) -> {
      float[] mean = state[0];
      float[] squares = state[1];
      for (int i = 0; i < count; i++) {
        float g = gradient[i];
        float m = keep * mean[i] + take * g;
        float v = keepSquares * squares[i] + takeSquares * (g * g);
        mean[i] = m;
        squares[i] = v;
        gradient[i] = m / ((float) Math.sqrt(v) + epsilon) * size;
      }
    };
  }

  /** The same with the largest v so far, the third state array, under the root. */
  static void updateWithMaximum(
      UpdateContext t, double size, double beta1, double beta2, double epsilon) {
    INDArray gradient = t.gradient();
    if (FloatLoop.fits(gradient)) {
      FloatLoop.run(t, 3, stepWithMaximum((float) size, beta1, beta2, (float) epsilon));
      return;
    }
    Nd4j.exec(
        new AmsGradUpdater(
            gradient,
            t.state(1),
            t.state(0),
            t.state(2),
            rate(size, beta1, beta2),
            beta1,
            beta2,
            epsilon,
            LATE));
    clear(gradient, size);
  }

  private static FloatLoop.Step stepWithMaximum(
      float size, double beta1, double beta2, float epsilon) {
    float keep = (float) beta1;
    float take = (float) (1 - beta1);
    float keepSquares = (float) beta2;
    float takeSquares = (float) (1 - beta2);
    return (gradient, state, count) -> {
      float[] mean = state[0];
      float[] squares = state[1];
      float[] largest = state[2];
      for (int i = 0; i < count; i++) {
        float g = gradient[i];
        float m = keep * mean[i] + take * g;
        float v = keepSquares * squares[i] + takeSquares * (g * g);
        float most = Math.max(largest[i], v);
        mean[i] = m;
        squares[i] = v;
        largest[i] = most;
        gradient[i] = m / ((float) Math.sqrt(most) + epsilon) * size;
      }
    };
  }

  /**
   * The rate to pass on. If a beta is almost 1, some of the operation's correction remains; it is
   * divided out here.
   */
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
