package io.github.dl4jext.uncertainty;

import java.util.Arrays;

/**
 * Keeps the smallest and the largest samples of many numbers. Quantiles near either end need no
 * others, so they are exact although the others are discarded.
 */
final class TailQuantiles {

  private final double level;
  private final int kept;
  private final double[] smallest;
  private final double[] largest;

  /** Makes room for a number of numbers, each of which gets at most {@code samples} samples. */
  TailQuantiles(double level, int numbers, int samples) {
    this.level = level;
    this.kept = Math.min(samples, (int) (tail() * (samples - 1)) + 2);
    this.smallest = new double[Math.multiplyExact(numbers, kept)];
    this.largest = new double[smallest.length];
    Arrays.fill(smallest, Double.POSITIVE_INFINITY);
    Arrays.fill(largest, Double.POSITIVE_INFINITY);
  }

  void add(int number, double sample) {
    insert(smallest, number * kept, sample);
    insert(largest, number * kept, -sample);
  }

  /** Inserts a value into the sorted part, whose last value is dropped. */
  private void insert(double[] sorted, int begin, double value) {
    int at = begin + kept - 1;
    if (!(value < sorted[at])) {
      return;
    }
    while (at > begin && value < sorted[at - 1]) {
      sorted[at] = sorted[at - 1];
      at--;
    }
    sorted[at] = value;
  }

  double lower(int number, int samples) {
    return quantile(smallest, number * kept, samples);
  }

  double upper(int number, int samples) {
    return -quantile(largest, number * kept, samples);
  }

  /** Interpolates linearly between neighbouring samples, as in R's type 7 and NumPy. */
  private double quantile(double[] sorted, int begin, int samples) {
    double position = tail() * (samples - 1);
    int below = (int) position;
    double first = sorted[begin + below];
    double share = position - below;
    return share == 0 ? first : first + share * (sorted[begin + below + 1] - first);
  }

  private double tail() {
    return (1 - level) / 2;
  }
}
