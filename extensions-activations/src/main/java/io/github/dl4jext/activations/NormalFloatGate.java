package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.FloatFormulas.exp;
import static io.github.dl4jext.activations.FloatFormulas.powers;
import static io.github.dl4jext.activations.FloatFormulas.rest;
import static io.github.dl4jext.activations.FloatFormulas.shifted;
import static io.github.dl4jext.activations.FloatFormulas.step;

import io.github.dl4jext.activations.FloatFormulas.FloatFormula;

/** P is the standard normal distribution; see {@link Gate#normal}. */
final class NormalFloatGate implements FloatGate {

  /** Beyond it the tail is 0. */
  private static final float FAR = 18.5f;

  private static final float ROOT_OF_HALF = (float) Math.sqrt(0.5);
  private static final float DENSITY_AT_0 = (float) (1 / Math.sqrt(2 * Math.PI));

  @Override
  public FloatFormula value() {
    return (x, spare, count) -> {
      float[] root = spare[0];
      float[] share = spare[1];
      tail(x, root, share, spare[2], count);
      for (int i = 0; i < count; i++) {
        float a = Math.min(Math.abs(x[i]), FAR);
        x[i] = Math.max(x[i], 0) - a * (share[i] * root[i]) * root[i];
      }
    };
  }

  @Override
  public FloatFormula slope() {
    return (x, spare, count) -> {
      float[] root = spare[0];
      float[] share = spare[1];
      tail(x, root, share, spare[2], count);
      for (int i = 0; i < count; i++) {
        float a = Math.min(Math.abs(x[i]), FAR);
        float lower = root[i] * ((share[i] - DENSITY_AT_0 * a) * root[i]);
        float positive = step(x[i]);
        x[i] = positive + (1 - 2 * positive) * lower;
      }
    };
  }

  /** {@code root <- exp(-x^2 / 4)}, and {@code root root share} is P(-|x|). */
  private static void tail(float[] x, float[] root, float[] share, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float a = Math.min(Math.abs(x[i]), FAR);
      float high = FloatGate.upperHalf(a);
      float low = a - high;
      float square = a * a;
      float error = (high * high - square) + 2 * high * low + low * low;
      float h = -0.25f * square;
      float shifted = shifted(h);
      power[i] = shifted;
      root[i] = rest(h, shifted) - 0.25f * error;
    }
    powers(power, count);
    for (int i = 0; i < count; i++) {
      root[i] = exp(power[i], root[i]);
    }
    for (int i = 0; i < count; i++) {
      float z = ROOT_OF_HALF * Math.min(Math.abs(x[i]), FAR);
      power[i] = (z - 4) / (z + 4);
      share[i] = 1 / (2 + 4 * z);
    }
    for (int i = 0; i < count; i++) {
      share[i] *= scaledErfc(power[i]);
    }
  }

  /**
   * {@code (1 + 2z) exp(z^2) erfc(z)} for z from 0 on by {@code t = (z - 4) / (z + 4)}, minimax,
   * within 5e-8.
   */
  private static float scaledErfc(float t) {
    float p = -0.0002503714f * t - 0.00036510656f;
    p = p * t + 0.0050869077f;
    p = p * t - 0.016619183f;
    p = p * t + 0.037136648f;
    p = p * t - 0.066116445f;
    p = p * t + 0.09374143f;
    p = p * t - 0.10108867f;
    p = p * t + 0.068096057f;
    p = p * t + 0.015383881f;
    p = p * t - 0.1396211f;
    return p * t + 1.232995f;
  }
}
