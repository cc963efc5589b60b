package io.github.dl4jext.activations;

import io.github.dl4jext.activations.FloatFormulas.FloatFormula;

/**
 * The counterpart of {@link Gate} in float arithmetic.
 *
 * <p>The argument of the exponential is kept in two floats where one float would round it, because
 * a rounded argument would put the tail off by 5e-6 of its size at -88.
 */
interface FloatGate {

  /** {@code x <- x P(x)}. */
  FloatFormula value();

  /** {@code x <- P(x) + x P'(x)}. */
  FloatFormula slope();

  /** P is the standard normal distribution. */
  static FloatGate normal() {
    return new NormalFloatGate();
  }

  /** {@code P(x) = sigmoid(slope x)}, for a slope from 1e-10 to 1e10. */
  static FloatGate logistic(double slope) {
    return new LogisticFloatGate(slope);
  }

  /**
   * A factor that cuts a float into two halves of 12 binary digits each, whose products are exact:
   * the upper one is {@code HALVES * x - (HALVES * x - x)}. The loops contain this expression
   * itself, since HotSpot on Java 17 made no vector instructions of loops that call a method for
   * it.
   */
  float HALVES = 4097;
}
