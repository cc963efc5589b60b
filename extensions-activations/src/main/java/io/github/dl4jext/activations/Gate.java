package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.exp;
import static io.github.dl4jext.activations.ExactFormulas.scaledErfc;
import static io.github.dl4jext.activations.ExactFormulas.step;

import io.github.dl4jext.activations.ExactFormulas.Formula;

/**
 * Activations of the form {@code x P(x)}, where P is a distribution function with {@code P(-x) = 1
 * - P(x)}: the logistic one and the normal one.
 *
 * <p>Only the lower tail is computed, at {@code a = |x|}: {@code x P(x)} is {@code max(x, 0) - a
 * P(-a)}, and the slope at -x is 1 minus the slope at x. The tail is kept as the product of root
 * and rest, each of which stays in the range of a double where the tail times a does.
 */
abstract class Gate {

  /** Beyond it the tail is 0 in double and narrower types; its cube is finite. */
  private static final double FAR = 1e100;

  private static final double ROOT_OF_HALF = Math.sqrt(0.5);
  private static final double DENSITY_AT_0 = 1 / Math.sqrt(2 * Math.PI);

  /** {@code root rest <- P(-|x|)}. */
  abstract void tail(double[] x, double[] root, double[] rest, double[] spare, int count);

  /** {@code out <- |x| P'(x)}, from root and rest. */
  abstract void density(double[] x, double[] root, double[] rest, double[] out, int count);

  /** {@code x <- x P(x)}. */
  final Formula value() {
    return (x, spare, count) -> {
      double[] root = spare[0];
      double[] rest = spare[1];
      tail(x, root, rest, spare[2], count);
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(x[i], 0) - size(x[i]) * rest[i] * root[i];
      }
    };
  }

  /** {@code x <- P(x) + x P'(x)}. */
  final Formula slope() {
    return (x, spare, count) -> {
      double[] root = spare[0];
      double[] rest = spare[1];
      double[] density = spare[2];
      tail(x, root, rest, spare[2], count);
      density(x, root, rest, density, count);
      for (int i = 0; i < count; i++) {
        double positive = step(x[i]);
        x[i] = positive + (1 - 2 * positive) * (root[i] * rest[i] - density[i]);
      }
    };
  }

  private static double size(double x) {
    return Math.min(Math.abs(x), Double.MAX_VALUE);
  }

  /** {@code P(x) = sigmoid(slope x + cubic x^3)}. */
  static Gate logistic(double slope, double cubic) {
    return new Gate() {
      @Override
      void tail(double[] x, double[] root, double[] rest, double[] spare, int count) {
        for (int i = 0; i < count; i++) {
          double a = Math.min(Math.abs(x[i]), FAR);
          root[i] = -0.5 * (a * (slope + cubic * a * a));
        }
        exp(root, rest, count);
        for (int i = 0; i < count; i++) {
          rest[i] = root[i] / (1 + root[i] * root[i]);
        }
      }

      @Override
      void density(double[] x, double[] root, double[] rest, double[] out, int count) {
        for (int i = 0; i < count; i++) {
          double a = Math.min(Math.abs(x[i]), FAR);
          out[i] = a * (slope + 3 * cubic * a * a) * rest[i] * rest[i];
        }
      }
    };
  }

  /** P is the standard normal distribution. */
  static Gate normal() {
    return new Gate() {
      @Override
      void tail(double[] x, double[] root, double[] rest, double[] spare, int count) {
        for (int i = 0; i < count; i++) {
          rest[i] = ROOT_OF_HALF * Math.min(Math.abs(x[i]), FAR);
        }
        scaledErfc(rest, spare, count);
        for (int i = 0; i < count; i++) {
          double a = Math.min(Math.abs(x[i]), FAR);
          rest[i] = rest[i] / (2 + 4 * ROOT_OF_HALF * a);
          root[i] = -0.25 * (a * a);
        }
        exp(root, spare, count);
        for (int i = 0; i < count; i++) {
          rest[i] = root[i] * rest[i];
        }
      }

      @Override
      void density(double[] x, double[] root, double[] rest, double[] out, int count) {
        for (int i = 0; i < count; i++) {
          double a = Math.min(Math.abs(x[i]), FAR);
          out[i] = DENSITY_AT_0 * a * root[i] * root[i];
        }
      }
    };
  }
}
