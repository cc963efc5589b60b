package io.github.dl4jext.activations;

import io.github.dl4jext.activations.FloatFormulas.FloatFormula;

/**
 * What {@link Gate} is, in float arithmetic.
 *
 * <p>The argument of the exponential is kept in two floats wherever one rounds it: rounded, it
 * would cost the tail 5e-6 of its size at -88.
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

  /** A factor that cuts a float into two halves of 12 digits each, whose products are exact. */
  float HALVES = 4097;

  /** The upper half of the digits. */
  static float upperHalf(float x) {
    return HALVES * x - (HALVES * x - x);
  }
}
