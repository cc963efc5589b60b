package io.github.dl4jext.activations;

import io.github.dl4jext.network.HostMemory;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The formulas of activations on many numbers at once, in Java. They are computed in double,
 * whatever the type of the array is, and keep all digits near zero and in the tails. {@code
 * ExactFormulasTest} checks that {@link #exp} is within a relative 4e-16 at every exponent, and the
 * formulas that use it within 6e-15.
 *
 * <p>ND4J's {@code log1p}, {@code expm1} and {@code tanh} lose the digits of small numbers, and in
 * float a rounded argument costs an exponential its digits in the tail: {@code exp(beta x)} is off
 * by 5e-6 of its size at {@code beta x = -88}.
 *
 * <p>All loops are plain passes over arrays, without branches and without calls other than
 * intrinsics, because HotSpot turns such loops into vector instructions. The functions of Math that
 * they call are {@code abs}, {@code max} and {@code min}, which pass NaN on.
 */
final class ExactFormulas {

  /** Numbers in a block: it and its spare arrays stay in the first-level cache. */
  private static final int BLOCK = 512;

  private static final double LOG2_E = 1 / Math.log(2);

  /** ln 2 in two parts: a small whole number times the first one is exact. */
  private static final double LN2_HIGH = 0x1.62e42feep-1;

  private static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  /** Added to k, it leaves the exponent field of 2^k in the lowest bits. */
  private static final double BITS_OF_POWER = 0x1.8p52 + 1023;

  /** Below it exp would be less than the least normal number, and 0 is taken. */
  private static final double LOWEST = -709;

  /**
   * Minimax polynomial in s^2 for {@code 2 atanh(s) / s} on [0, 1/3], within 4e-15; highest power
   * first.
   */
  private static final double[] ATANH = {
    0.18758019601047687, 0.11744977819559474, 0.1557070720148144, 0.18169333991893807,
    0.22222709754719172, 0.2857141793475505, 0.4000000011581452, 0.6666666666618257,
    2.000000000000003
  };

  /**
   * Minimax polynomial in {@code (z - 4) / (z + 4)} for {@code (1 + 2z) exp(z^2) erfc(z)}, z from 0
   * on, within 1.2e-15; highest power first.
   */
  private static final double[] ERFC = {
    -7.2254063057956135e-09,
    -7.699101189697329e-09,
    9.417723720342785e-08,
    5.0511969022145394e-08,
    -8.047794759057995e-07,
    3.2578206723686485e-07,
    5.693021036482572e-06,
    -1.1248303689857036e-05,
    -2.4390486829861422e-05,
    0.0001506355541525296,
    -0.00019925963516393932,
    -0.0007577780037062747,
    0.005031970598279671,
    -0.016197733057153725,
    0.03716751546084509,
    -0.06633036593637169,
    0.09373283500322417,
    -0.1010390660283861,
    0.06809705425457126,
    0.015379652102422313,
    -0.139621116840562,
    1.2329951186255532
  };

  private ExactFormulas() {}

  /** A formula that is applied to each number of a block. */
  @FunctionalInterface
  interface Formula {

    /**
     * Overwrites the numbers.
     *
     * @param x the numbers
     * @param spare three arrays as long as x, for intermediate results
     * @param count how many numbers there are
     */
    void apply(double[] x, double[][] spare, int count);
  }

  /** {@code x <- f(x)}, times the factor if there is one. */
  static void each(INDArray x, Formula formula, @Nullable INDArray factor) {
    if (x.isEmpty()) {
      return;
    }
    INDArray dense = Dense.of(x);
    int block = (int) Math.min(x.length(), BLOCK);
    HostMemory memory = new HostMemory(dense, block);
    HostMemory factors = factor == null ? null : new HostMemory(Dense.like(dense, factor), block);
    double[] numbers = new double[block];
    double[][] spare = new double[3][block];
    for (long from = 0; from < x.length(); from += block) {
      int count = (int) Math.min(block, x.length() - from);
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

  private static void multiply(double[] x, double[] factor, int count) {
    for (int i = 0; i < count; i++) {
      x[i] *= factor[i];
    }
  }

  /** {@code x <- exp(x)} for x up to 709; 0 where it would be below the least normal number. */
  static void exp(double[] x, double[] spare, int count) {
    reduce(x, spare, count);
    for (int i = 0; i < count; i++) {
      x[i] = spare[i] + spare[i] * x[i];
    }
  }

  /** {@code x <- exp(x) - 1} for x up to 709. */
  static void expm1(double[] x, double[] spare, int count) {
    reduce(x, spare, count);
    for (int i = 0; i < count; i++) {
      x[i] = spare[i] * x[i] + (spare[i] - 1);
    }
  }

  /**
   * {@code x <- exp(r) - 1, power <- 2^k}, where {@code x = k ln 2 + r} and k is whole. The rest is
   * at most ln(2) / 2 in size; its formula is that of FreeBSD's e_exp.c.
   */
  private static void reduce(double[] x, double[] power, int count) {
    for (int i = 0; i < count; i++) {
      double bounded = Math.max(x[i], LOWEST);
      double shifted = bounded * LOG2_E + BITS_OF_POWER;
      double k = shifted - BITS_OF_POWER;
      x[i] = (bounded - k * LN2_HIGH) - k * LN2_LOW;
      power[i] = shifted;
    }
    for (int i = 0; i < count; i++) {
      power[i] = Double.longBitsToDouble(Double.doubleToRawLongBits(power[i]) << 52);
    }
    for (int i = 0; i < count; i++) {
      double r = x[i];
      double t = r * r;
      double c = 4.13813679705723846039e-08;
      c = c * t - 1.65339022054652515390e-06;
      c = c * t + 6.61375632143793436117e-05;
      c = c * t - 2.77777777770155933842e-03;
      c = c * t + 1.66666666666666019037e-01;
      c = r - t * c;
      x[i] = r + r * c / (2 - c);
    }
  }

  /** {@code x <- 1 / (1 + exp(-x))}. */
  static void sigmoid(double[] x, double[][] spare, int count) {
    double[] tail = spare[0];
    for (int i = 0; i < count; i++) {
      tail[i] = -Math.abs(x[i]);
    }
    exp(tail, spare[1], count);
    for (int i = 0; i < count; i++) {
      double positive = step(x[i]);
      x[i] = positive + (1 - 2 * positive) * (tail[i] / (1 + tail[i]));
    }
  }

  /** {@code spare[0] <- ln(1 + exp(-|x|))}. */
  static void softplusOfMinus(double[] x, double[][] spare, int count) {
    double[] s = spare[0];
    double[] sum = spare[1];
    double[] square = spare[2];
    for (int i = 0; i < count; i++) {
      s[i] = -Math.abs(x[i]);
    }
    exp(s, sum, count);
    for (int i = 0; i < count; i++) {
      s[i] = s[i] / (2 + s[i]);
      square[i] = s[i] * s[i];
    }
    polynomial(ATANH, square, sum, count);
    for (int i = 0; i < count; i++) {
      s[i] *= sum[i];
    }
  }

  /**
   * {@code scale x} above zero, below it {@code alpha (exp(x / width) - 1)}.
   *
   * @param limit the largest result
   */
  static Formula elu(double scale, double alpha, double width, double limit) {
    double perWidth = 1 / width;
    return (x, spare, count) -> {
      double[] exp = spare[0];
      for (int i = 0; i < count; i++) {
        exp[i] = Math.min(x[i], 0) * perWidth;
      }
      expm1(exp, spare[1], count);
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(Math.max(x[i], 0) * scale, limit) + alpha * exp[i];
      }
    };
  }

  /** The slope of {@link #elu}; at zero it is the slope from the left. */
  static Formula eluSlope(double scale, double alpha, double width) {
    double perWidth = 1 / width;
    double steepest = alpha / width;
    return (x, spare, count) -> {
      double[] exp = spare[0];
      for (int i = 0; i < count; i++) {
        exp[i] = Math.min(x[i], 0) * perWidth;
      }
      exp(exp, spare[1], count);
      for (int i = 0; i < count; i++) {
        double positive = step(x[i]);
        x[i] = positive * scale + (1 - positive) * (steepest * exp[i]);
      }
    };
  }

  /** {@code x <- (1 + 2x) exp(x^2) erfc(x)} for x from 0 on. */
  static void scaledErfc(double[] x, double[] spare, int count) {
    for (int i = 0; i < count; i++) {
      spare[i] = (x[i] - 4) / (x[i] + 4);
    }
    polynomial(ERFC, spare, x, count);
  }

  /** {@code into <- } the polynomial, of which the highest power comes first, at x. */
  static void polynomial(double[] coefficients, double[] x, double[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = coefficients[0];
    }
    for (int c = 1; c < coefficients.length; c++) {
      double coefficient = coefficients[c];
      for (int i = 0; i < count; i++) {
        into[i] = into[i] * x[i] + coefficient;
      }
    }
  }

  /** 1 where x is positive, however small, else 0; NaN stays NaN. */
  static double step(double x) {
    return Math.min(Math.max(x * 1e300 * 1e300, 0), 1);
  }

  /** A bound below which a number of the type stays finite when multiplied by the factor. */
  static double limit(DataType type, double factor) {
    double largest = type == DataType.DOUBLE ? Double.MAX_VALUE : Float.MAX_VALUE;
    return largest * (1 - 1e-3) / factor;
  }
}
