package io.github.dl4jext.activations;

import io.github.dl4jext.network.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The formulas whose digits float arithmetic keeps, directly on floats: converting a number to
 * double and back costs more than such a formula. A few roundings of 6e-8 each are far within what
 * {@code ActivationContract} holds. All else is in {@link ExactFormulas}, which has the reason why
 * the loops are as they are.
 */
final class FloatFormulas {

  /** Numbers of a block: it and what belongs to it stay in the first-level cache. */
  private static final int BLOCK = 1024;

  private static final float LOG2_E = (float) (1 / Math.log(2));

  /** ln 2 in two parts: a small whole number times the first one is exact. */
  private static final float LN2_HIGH = 0x1.63p-1f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /** Added to k, it leaves the exponent field of 2^k in the lowest bits. */
  private static final float BITS_OF_POWER = 0x1.8p23f + 127;

  /** Below it exp(x) - 1 is -1 as a float. */
  private static final float LOWEST = -87;

  private FloatFormulas() {}

  /** A formula of each float of a block. */
  @FunctionalInterface
  interface FloatFormula {

    /**
     * Overwrites the numbers.
     *
     * @param x the numbers
     * @param spare an array as long as x, for intermediate results
     * @param power another one
     * @param count how many numbers there are
     */
    void apply(float[] x, float[] spare, float[] power, int count);
  }

  /** {@code x <- f(x)}, of an array that is no wider than float. */
  static void each(INDArray x, FloatFormula formula) {
    if (x.isEmpty()) {
      return;
    }
    INDArray dense = Dense.of(x);
    int block = (int) Math.min(x.length(), BLOCK);
    HostMemory memory = new HostMemory(dense, 0);
    float[] numbers = new float[block];
    float[] spare = new float[block];
    float[] power = new float[block];
    for (long from = 0; from < x.length(); from += block) {
      int count = (int) Math.min(block, x.length() - from);
      memory.read(from, numbers, count);
      formula.apply(numbers, spare, power, count);
      memory.write(from, numbers, count);
    }
    if (dense != x) {
      x.assign(dense);
    }
  }

  /** {@code min(max(x, low), high)}. */
  static FloatFormula clamp(float low, float high) {
    return (x, spare, power, count) -> {
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
    return (x, exp, power, count) -> {
      for (int i = 0; i < count; i++) {
        float bounded = Math.max(Math.min(x[i], 0), LOWEST);
        float shifted = bounded * LOG2_E + BITS_OF_POWER;
        float k = shifted - BITS_OF_POWER;
        exp[i] = (bounded - k * LN2_HIGH) - k * LN2_LOW;
        power[i] = shifted;
      }
      for (int i = 0; i < count; i++) {
        power[i] = Float.intBitsToFloat(Float.floatToRawIntBits(power[i]) << 23);
      }
      // exp(r) - 1 as in Cephes's expf
      for (int i = 0; i < count; i++) {
        float r = exp[i];
        float c = 1.9875691500e-4f;
        c = c * r + 1.3981999507e-3f;
        c = c * r + 8.3334519073e-3f;
        c = c * r + 4.1665795894e-2f;
        c = c * r + 1.6666665459e-1f;
        c = c * r + 5.0000001201e-1f;
        exp[i] = power[i] * (r + r * r * c) + (power[i] - 1);
      }
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(Math.max(x[i], 0) * above, highest) + below * exp[i];
      }
    };
  }
}
