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

  /** Half the slope, in three floats: the first two have 12 digits each. */
  private final float half;

  private final float upper;
  private final float lower;
  private final float beyond;

  /** Whether to multiply by half the slope rounds nothing. */
  private final boolean exact;

  /** Beyond it the tail is 0. */
  private final float far;

  LogisticFloatGate(double slope) {
    this.slope = (float) slope;
    half = (float) (slope / 2);
    upper = FloatGate.upperHalf(half);
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
    float most = far;
    float factor = half;
    if (exact) {
      for (int i = 0; i < count; i++) {
        float h = -factor * Math.min(Math.abs(x[i]), most);
        float shifted = shifted(h);
        rest[i] = rest(h, shifted);
        power[i] = shifted;
      }
    } else {
      float factorUpper = upper;
      float factorLower = lower;
      float factorBeyond = beyond;
      for (int i = 0; i < count; i++) {
        float a = Math.min(Math.abs(x[i]), most);
        float high = FloatGate.upperHalf(a);
        float low = a - high;
        float product = a * factor;
        float error = (high * factorUpper - product) + high * factorLower + low * factorUpper;
        power[i] = -product;
        rest[i] = -((error + low * factorLower) + a * factorBeyond);
      }
      for (int i = 0; i < count; i++) {
        float product = power[i];
        float shifted = shifted(product);
        rest[i] += rest(product, shifted);
        power[i] = shifted;
      }
    }
    powers(power, count);
  }
}
