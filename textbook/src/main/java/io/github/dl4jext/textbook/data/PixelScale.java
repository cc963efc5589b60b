package io.github.dl4jext.textbook.data;

import java.io.Serializable;
import java.util.Arrays;

/** Turns the unsigned byte b at place j of an image into {@code (b - minus[j]) / over[j]}. */
final class PixelScale implements Serializable {
  private static final long serialVersionUID = 1L;

  private final float[] minus;
  private final float[] over;

  private PixelScale(float[] minus, float[] over) {
    this.minus = minus;
    this.over = over;
  }

  /** Scales the bytes 0 to 255 of a grey image to numbers from 0 to 1. */
  static PixelScale unit() {
    return unit(LabelledImages.PIXELS);
  }

  /** Scales the bytes 0 to 255 of an image of that many values to numbers from 0 to 1. */
  static PixelScale unit(int places) {
    float[] over = new float[places];
    Arrays.fill(over, 255f);
    return new PixelScale(new float[places], over);
  }

  /** The number of values of an image. */
  int places() {
    return over.length;
  }

  /**
   * Scales to mean 0 and standard deviation 1 at each place, over these images. The standard
   * deviation is that of the population, NumPy's default.
   *
   * <p>At a place where all the images agree the standard deviation is 0. There the difference from
   * the mean is divided by 255, so that these images give 0 and others their difference as a part
   * of the full range.
   */
  static PixelScale standardising(byte[] pixels, int places) {
    long n = pixels.length / places;
    long[] sum = new long[places];
    long[] sumOfSquares = new long[places];
    for (int at = 0; at < pixels.length; at += places) {
      for (int j = 0; j < places; j++) {
        int b = pixels[at + j] & 0xff;
        sum[j] += b;
        sumOfSquares[j] += b * b;
      }
    }
    float[] minus = new float[places];
    float[] over = new float[places];
    for (int j = 0; j < places; j++) {
      minus[j] = (float) ((double) sum[j] / n);
      // In whole numbers, so that a constant place gives exactly 0 and not a rounding error, by
      // which the values would be divided.
      long squaredTimesN2 = n * sumOfSquares[j] - sum[j] * sum[j];
      over[j] = squaredTimesN2 == 0 ? 255f : (float) (Math.sqrt(squaredTimesN2) / n);
    }
    return new PixelScale(minus, over);
  }

  /** Writes image {@code image} of {@code pixels} to {@code to}, from index {@code at} on. */
  void copy(byte[] pixels, int image, float[] to, int at) {
    int from = image * over.length;
    for (int j = 0; j < over.length; j++) {
      to[at + j] = ((pixels[from + j] & 0xff) - minus[j]) / over[j];
    }
  }
}
