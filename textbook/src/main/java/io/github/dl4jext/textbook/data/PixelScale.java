package io.github.dl4jext.textbook.data;

import java.io.Serializable;
import java.util.Arrays;

/** Turns a pixel byte b (unsigned) at place j into the number {@code (b - minus[j]) / over[j]}. */
final class PixelScale implements Serializable {
  private static final long serialVersionUID = 1L;

  private final float[] minus;
  private final float[] over;

  private PixelScale(float[] minus, float[] over) {
    this.minus = minus;
    this.over = over;
  }

  /** From 0..255 to 0..1, of a grey image. */
  static PixelScale unit() {
    return unit(LabelledImages.PIXELS);
  }

  /** From 0..255 to 0..1, of an image of so many numbers. */
  static PixelScale unit(int places) {
    float[] over = new float[places];
    Arrays.fill(over, 255f);
    return new PixelScale(new float[places], over);
  }

  /** How many numbers an image is. */
  int places() {
    return over.length;
  }

  /**
   * To mean 0 and standard deviation 1 (the population's, as NumPy computes it) at each place, over
   * these images.
   *
   * <p>A place where all the images agree has no standard deviation; there, the mean is taken away
   * and nothing is divided, so that these images give 0, and others their difference in units of
   * the full range.
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
      // In whole numbers, so that a constant place is exactly 0 and never a rounding error that is
      // then divided by.
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
