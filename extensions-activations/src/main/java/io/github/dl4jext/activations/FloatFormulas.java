package io.github.dl4jext.activations;

import io.github.dl4jext.network.HostMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The formulas that keep their digits in float arithmetic, directly on floats: converting a number
 * to double and back costs more than such a formula. A few roundings of 6e-8 each are far within
 * the tolerance of {@code ActivationContract}. All other formulas are in {@link ExactFormulas},
 * which also explains the form of the loops.
 */
final class FloatFormulas {

  /** Numbers in a block: it and its spare arrays stay in the first-level cache. */
  private static final int BLOCK = 1024;

  private static final float LOG2_E = (float) (1 / Math.log(2));

  /** ln 2 in two parts: a small whole number times the first one is exact. */
  private static final float LN2_HIGH = 0x1.63p-1f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /** Added to k, it leaves the exponent field of 2^k in the lowest bits. */
  private static final float BITS_OF_POWER = 0x1.8p23f + 127;

  /** Here exp is near the least normal number; for smaller numbers this value of exp is taken. */
  static final float LOWEST = -87;

  /**
   * A block and its spare arrays for each thread: allocating new ones took longer than a formula.
   */
  private static final ThreadLocal<float[][]> BLOCKS =
      ThreadLocal.withInitial(() -> new float[4][BLOCK]);

  private FloatFormulas() {}

  /** A formula that is applied to each float of a block. */
  @FunctionalInterface
  interface FloatFormula {

    /**
     * Overwrites the numbers.
     *
     * @param x the numbers
     * @param spare three arrays as long as x, for intermediate results
     * @param count how many numbers there are; the arrays may be longer
     */
    void apply(float[] x, float[][] spare, int count);
  }

  /** {@code x <- f(x)}, times the factor if there is one, of an array no wider than float. */
  static void each(INDArray x, FloatFormula formula, @Nullable INDArray factor) {
    if (x.isEmpty()) {
      return;
    }
    INDArray dense = Dense.of(x);
    HostMemory memory = new HostMemory(dense, 0);
    HostMemory factors = factor == null ? null : new HostMemory(Dense.like(dense, factor), 0);
    float[][] blocks = BLOCKS.get();
    float[] numbers = blocks[0];
    float[][] spare = Arrays.copyOfRange(blocks, 1, 4);
    for (long from = 0; from < x.length(); from += BLOCK) {
      int count = (int) Math.min(BLOCK, x.length() - from);
      memory.read(from, numbers, count);
      formula.apply(numbers, spare, count);
      if (factors != null) {
        factors.read(from, spare[0], count);
        multiply(numbers, spare[0], count);
      }
      memory.write(from, numbers, count);
    }
    if (dense != x) {
      x.assign(dense);
    }
  }

  private static void multiply(float[] x, float[] factor, int count) {
    for (int i = 0; i < count; i++) {
      x[i] *= factor[i];
    }
  }

  /** {@code min(max(x, low), high)}. */
  static FloatFormula clamp(float low, float high) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(Math.max(x[i], low), high);
      }
    };
  }

  /** {@code scale x} above zero and at most the limit, below it {@code alpha (exp(x) - 1)}. */
  static FloatFormula elu(double scale, double alpha, double limit) {
    float above = (float) scale;
    float below = (float) alpha;
    float highest = (float) limit;
    return (x, spare, count) -> {
      float[] rest = spare[0];
      float[] power = spare[1];
      for (int i = 0; i < count; i++) {
        float bounded = Math.max(Math.min(x[i], 0), LOWEST);
        float shifted = shifted(bounded);
        rest[i] = rest(bounded, shifted);
        power[i] = shifted;
      }
      powers(power, count);
      for (int i = 0; i < count; i++) {
        float exp = power[i] * expm1(rest[i]) + (power[i] - 1);
        x[i] = Math.min(Math.max(x[i], 0) * above, highest) + below * exp;
      }
    };
  }

  /** The slope of {@link #elu} without a limit; at zero it is the slope from the left. */
  static FloatFormula eluSlope(double scale, double alpha) {
    float above = (float) scale;
    float below = (float) alpha;
    return (x, spare, count) -> {
      float[] rest = spare[0];
      float[] power = spare[1];
      for (int i = 0; i < count; i++) {
        float half = 0.5f * Math.max(Math.min(x[i], 0), 2 * LOWEST);
        float shifted = shifted(half);
        rest[i] = rest(half, shifted);
        power[i] = shifted;
      }
      powers(power, count);
      for (int i = 0; i < count; i++) {
        float positive = step(x[i]);
        float root = exp(power[i], rest[i]);
        x[i] = positive * above + (1 - positive) * (below * root * root);
      }
    };
  }

  /**
   * The first of four parts of {@code exp(x)}, for x from -87 to 88: {@code x = k ln 2 + r}, where
   * k is whole and r at most ln(2) / 2 in size. One loop over x computes this and {@link #rest},
   * {@link #powers} is a loop of its own, and the next loop computes {@link #exp} or {@link
   * #expm1}. Only in this form does HotSpot turn all of it into vector instructions.
   *
   * @return a float that has k in its lowest bits
   */
  static float shifted(float x) {
    return x * LOG2_E + BITS_OF_POWER;
  }

  /** r, from x and {@link #shifted}. */
  static float rest(float x, float shifted) {
    float k = shifted - BITS_OF_POWER;
    return (x - k * LN2_HIGH) - k * LN2_LOW;
  }

  /** {@code shifted <- 2^k}. */
  static void powers(float[] shifted, int count) {
    for (int i = 0; i < count; i++) {
      shifted[i] = Float.intBitsToFloat(Float.floatToRawIntBits(shifted[i]) << 23);
    }
  }

  /** {@code exp(x)}, from 2^k and r. */
  static float exp(float power, float rest) {
    return power + power * expm1(rest);
  }

  /** {@code exp(r) - 1} as in Cephes's expf, for r within ln(2) / 2 of 0. */
  static float expm1(float r) {
    float c = 1.9875691500e-4f;
    c = c * r + 1.3981999507e-3f;
    c = c * r + 8.3334519073e-3f;
    c = c * r + 4.1665795894e-2f;
    c = c * r + 1.6666665459e-1f;
    c = c * r + 5.0000001201e-1f;
    return r + r * r * c;
  }

  /**
   * {@code power <- 2^k, rest <- r} of {@code exp(-|x| / 2)}, the root of {@code exp(-|x|)}: the
   * root still has digits where {@code exp(-|x|)} itself has none left.
   */
  static void rootOfTail(float[] x, float[] rest, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float half = -0.5f * Math.min(Math.abs(x[i]), -2 * LOWEST);
      float shifted = shifted(half);
      rest[i] = rest(half, shifted);
      power[i] = shifted;
    }
    powers(power, count);
  }

  /** {@code x <- 1 / (1 + exp(-x))}. */
  static void sigmoid(float[] x, float[][] spare, int count) {
    float[] rest = spare[0];
    float[] power = spare[1];
    rootOfTail(x, rest, power, count);
    for (int i = 0; i < count; i++) {
      float root = exp(power[i], rest[i]);
      float positive = step(x[i]);
      x[i] = positive + (1 - 2 * positive) * (root / (1 + root * root) * root);
    }
  }

  /** {@code spare[0] <- ln(1 + exp(-|x|))}, by a polynomial that is within 4e-9. */
  static float[] softplusOfMinus(float[] x, float[][] spare, int count) {
    float[] rest = spare[0];
    float[] power = spare[1];
    rootOfTail(x, rest, power, count);
    for (int i = 0; i < count; i++) {
      float root = exp(power[i], rest[i]);
      rest[i] = root / (2 + root * root) * root;
    }
    for (int i = 0; i < count; i++) {
      float s = rest[i];
      float t = s * s;
      float c = 0.28178334f; // 2 atanh(s) / s by s^2
      c = c * t + 0.27960603f;
      c = c * t + 0.4002491f;
      c = c * t + 0.66666315f;
      c = c * t + 2;
      rest[i] = s * c;
    }
    return rest;
  }

  /** 1 where x is positive, however small, else 0; NaN stays NaN. */
  static float step(float x) {
    return Math.min(Math.max(x * 1e30f * 1e30f, 0), 1);
  }
}
