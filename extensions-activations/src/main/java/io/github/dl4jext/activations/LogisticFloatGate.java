package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.FloatFormulas.exp;
import static io.github.dl4jext.activations.FloatFormulas.powers;
import static io.github.dl4jext.activations.FloatFormulas.rest;
import static io.github.dl4jext.activations.FloatFormulas.shifted;
import static io.github.dl4jext.activations.FloatFormulas.step;

import io.github.dl4jext.activations.FloatFormulas.FloatFormula;

/** {@code P(x) = sigmoid(slope x)}; see {@link Gate#logistic}. */
final class LogisticFloatGate implements FloatGate {

  private final float slope;

  /**
   * Half the slope: as a float, that float's two halves of 12 binary digits each, and the rest that
   * the float rounds off.
   */
  private final float half;

  private final float upper;
  private final float lower;
  private final float beyond;

  /** Whether a product with half the slope is never rounded. */
  private final boolean exact;

  /** Beyond it the tail is 0. */
  private final float far;

  LogisticFloatGate(double slope) {
    this.slope = (float) slope;
    half = (float) (slope / 2);
    upper = FloatGate.HALVES * half - (FloatGate.HALVES * half - half);
    lower = half - upper;
    beyond = (float) (slope / 2 - half);
    exact = Math.scalb(1f, Math.getExponent(half)) == slope / 2;
    far = (float) (174 / slope);
  }

  @Override
  public FloatFormula value() {
    return (x, spare, count) -> {
      float[] rest = spare[0];
      float[] power = spare[1];
      root(x, rest, power, count);
      float most = far;
      for (int i = 0; i < count; i++) {
        float root = exp(power[i], rest[i]);
        float a = Math.min(Math.abs(x[i]), most);
        x[i] = Math.max(x[i], 0) - a * (root / (1 + root * root)) * root;
      }
    };
  }

  @Override
  public FloatFormula slope() {
    return (x, spare, count) -> {
      float[] rest = spare[0];
      float[] power = spare[1];
      root(x, rest, power, count);
      float most = far;
      float perUnit = slope;
      for (int i = 0; i < count; i++) {
        float root = exp(power[i], rest[i]);
        float share = root / (1 + root * root);
        float u = perUnit * Math.min(Math.abs(x[i]), most);
        rest[i] = share * (root - u * share);
      }
      for (int i = 0; i < count; i++) {
        float positive = step(x[i]);
        x[i] = positive + (1 - 2 * positive) * rest[i];
      }
    };
  }

  /** {@code exp(-slope |x| / 2)}, as {@link FloatFormulas#exp} takes it. */
  private void root(float[] x, float[] rest, float[] power, int count) {
    if (exact) {
      reduce(x, rest, power, count, far, half);
    } else {
      product(x, rest, power, count, far, half, upper, lower, beyond);
      reduce(rest, power, count);
    }
    powers(power, count);
  }

  /** The product and the first step of exp in one loop, for a factor that causes no rounding. */
  private static void reduce(
      float[] x, float[] rest, float[] power, int count, float most, float factor) {
    for (int i = 0; i < count; i++) {
      float product = -factor * Math.min(Math.abs(x[i]), most);
      float shifted = shifted(product);
      rest[i] = rest(product, shifted);
      power[i] = shifted;
    }
  }

  /**
   * {@code power + rest <- -factor min(|x|, most)}, where the factor consists of the three parts
   * upper, lower and beyond.
   */
  private static void product(
      float[] x,
      float[] rest,
      float[] power,
      int count,
      float most,
      float factor,
      float upper,
      float lower,
      float beyond) {
    for (int i = 0; i < count; i++) {
      float a = Math.min(Math.abs(x[i]), most);
      float scaled = FloatGate.HALVES * a;
      float high = scaled - (scaled - a);
      float low = a - high;
      float product = a * factor;
      float error = (high * upper - product) + high * lower + low * upper;
      power[i] = -product;
      rest[i] = -((error + low * lower) + a * beyond);
    }
  }

  /** The first step of exp, to be followed by {@link FloatFormulas#powers}. */
  private static void reduce(float[] rest, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float product = power[i];
      float shifted = shifted(product);
      rest[i] += rest(product, shifted);
      power[i] = shifted;
    }
  }
}
