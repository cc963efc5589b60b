package io.github.dl4jext.listeners.diagnosis.checks;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Describes an activation by its values, whatever its class: where it is flat, what its limits are,
 * and whether it is SELU.
 *
 * @param x the inputs at which it was computed
 * @param y its values there
 * @param isSoftmax whether the values of a row are positive and sum to 1
 * @param isElementwise whether each value depends on one input only
 */
record ActivationCurve(double[] x, double[] y, boolean isSoftmax, boolean isElementwise) {

  private static final double[] AT = {
    -1e4, -1e3, -10, -3, -2, -1.3, -1, -0.5, 0, 0.5, 1, 2, 3, 10, 1e3, 1e4
  };

  private static final int ZERO = 8;
  private static final int LAST = AT.length - 1;

  /**
   * The largest distance from a limit at which a value counts as saturated, as a share of the
   * range.
   */
  private static final double NEAR = 0.01;

  static ActivationCurve of(IActivation function) {
    double[] alone = values(function, AT.length, 1);
    double[] together = values(function, 1, AT.length);
    double sum = 0;
    boolean same = true;
    boolean positive = true;
    for (int i = 0; i < AT.length; i++) {
      sum += together[i];
      positive &= together[i] >= 0;
      same &= Double.compare(alone[i], together[i]) == 0;
    }
    boolean softmax = !same && positive && Math.abs(sum - 1) < 1e-6;
    return new ActivationCurve(AT, alone, softmax, same);
  }

  private static double[] values(IActivation function, int rows, int columns) {
    INDArray input = Nd4j.createFromArray(AT).reshape(rows, columns);
    return function.getActivation(input, false).dup('c').data().asDouble();
  }

  /** Whether it returns its input. */
  boolean isIdentity() {
    boolean same = isElementwise;
    for (int i = 0; i < x.length; i++) {
      same &= y[i] == x[i];
    }
    return same;
  }

  /**
   * Whether it has the two constants of SELU: the limit on the left, and the slope on the right.
   */
  boolean isSelu() {
    return isElementwise
        && Math.abs(y[0] + 1.7580993408473766) < 1e-4
        && Math.abs(y[LAST] / x[LAST] - 1.0507009873554805) < 1e-4;
  }

  /** Whether it has no slope on the left, so that a unit may be flat for all its inputs. */
  boolean isRectifier() {
    return isElementwise && y[0] == y[2] && y[ZERO] < y[LAST] && !isSaturating();
  }

  /** The value of a rectifier where it is flat. */
  double flatValue() {
    return y[0];
  }

  /** Whether it has limits on both sides, and its value at 0 is far from both. */
  boolean isSaturating() {
    double range = y[LAST] - y[0];
    return isElementwise
        && Double.isFinite(range)
        && range > 0
        && Math.abs(y[LAST] - y[LAST - 1]) < NEAR * range
        && Math.abs(y[1] - y[0]) < NEAR * range
        && y[ZERO] - y[0] > NEAR * range
        && y[LAST] - y[ZERO] > NEAR * range;
  }

  /** Whether a value is so near to a limit that the slope is nearly 0. */
  boolean isSaturated(double value) {
    double near = NEAR * (y[LAST] - y[0]);
    return value < y[0] + near || value > y[LAST] - near;
  }

  /** Returns its lowest value; minus infinity if it has no lower limit. */
  double lowest() {
    return isSoftmax ? 0 : bounded(0, 1) ? least() : Double.NEGATIVE_INFINITY;
  }

  /** Returns its highest value; infinity if it has no upper limit. */
  double highest() {
    return isSoftmax ? 1 : bounded(LAST, LAST - 1) ? greatest() : Double.POSITIVE_INFINITY;
  }

  private boolean bounded(int end, int before) {
    return isElementwise && Math.abs(y[end] - y[before]) < NEAR * Math.max(1, Math.abs(y[end]));
  }

  private double least() {
    double least = y[0];
    for (double value : y) {
      least = Math.min(least, value);
    }
    return least;
  }

  private double greatest() {
    double greatest = y[LAST];
    for (double value : y) {
      greatest = Math.max(greatest, value);
    }
    return greatest;
  }
}
