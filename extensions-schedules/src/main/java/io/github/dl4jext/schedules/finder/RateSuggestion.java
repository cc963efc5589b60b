package io.github.dl4jext.schedules.finder;

import java.util.Arrays;

/** Reads suggested rates off the curve of a sweep, each by one of fastai's rules. */
final class RateSuggestion {

  /** Points that fastai's sliding rule has between its two ends. */
  private static final int WINDOW = 15;

  private static final double FLAT = 0.005;

  /** Fewer points are not enough for the sliding rule. */
  private static final int FEWEST = WINDOW + 1;

  /**
   * The number of last points that are left out: once the loss has begun to diverge, they mislead.
   */
  private static final int LAST = 5;

  private final double[] rates;
  private final double[] losses;

  /**
   * Takes the points that count: neither the first tenth nor the last five, and none from a NaN on.
   */
  RateSuggestion(double[] rates, double[] smoothed, int plannedSteps) {
    int from = Math.min(plannedSteps / 10, smoothed.length);
    int to = Math.max(from, smoothed.length - LAST);
    for (int i = from; i < to; i++) {
      if (Double.isNaN(smoothed[i])) {
        to = i;
      }
    }
    from = Math.min(from, to);
    this.rates = Arrays.copyOfRange(rates, from, to);
    this.losses = Arrays.copyOfRange(smoothed, from, to);
  }

  boolean hasEnough() {
    return rates.length >= FEWEST;
  }

  void requireEnough(String plugin) {
    if (!hasEnough()) {
      throw new IllegalStateException(
          plugin
              + ": a suggestion needs "
              + FEWEST
              + " points or more, but after leaving out the first tenth and the last "
              + LAST
              + " there are "
              + rates.length
              + "; take more steps, or a lower start rate if the loss diverged early");
    }
  }

  /**
   * About the middle of the longest valley: of the longest subsequence of ever smaller losses,
   * which need not be neighbours.
   */
  double valley() {
    int n = losses.length;
    int[] lengths = new int[n];
    int end = 0;
    for (int i = 0; i < n; i++) {
      lengths[i] = 1;
      for (int j = 0; j < i; j++) {
        if (losses[i] < losses[j]) {
          lengths[i] = Math.max(lengths[i], lengths[j] + 1);
        }
      }
      if (lengths[i] > lengths[end]) {
        end = i;
      }
    }
    int start = end - lengths[end];
    double third = (end - start) / 3.0;
    // Without a descent the length is 1, and the start is one before the end.
    return rates[Math.max(0, start + (int) third + (int) (third / 2))];
  }

  /** Where the loss falls most steeply over the logarithm of the rate. */
  double steep() {
    int steepest = 0;
    double slope = Double.POSITIVE_INFINITY;
    for (int i = 0; i + 1 < losses.length; i++) {
      double here = (losses[i + 1] - losses[i]) / (Math.log(rates[i + 1]) - Math.log(rates[i]));
      if (here < slope) {
        slope = here;
        steepest = i;
      }
    }
    return rates[steepest];
  }

  /** The left end of a window that slides from the right until the slopes at its ends are alike. */
  double slide() {
    double[] slopes = slopes();
    int right = losses.length - 1;
    int left = right - WINDOW;
    double rate = rates[left];
    while (left >= 0 && Math.abs(slopes[right] - slopes[left]) > FLAT) {
      rate = rates[left];
      right--;
      left--;
    }
    return rate;
  }

  /** A tenth of the rate with the lowest loss. */
  double minimum() {
    int lowest = 0;
    for (int i = 1; i < losses.length; i++) {
      if (losses[i] < losses[lowest]) {
        lowest = i;
      }
    }
    return rates[lowest] / 10;
  }

  /** Per step: central differences, one-sided at the ends. */
  private double[] slopes() {
    int n = losses.length;
    double[] slopes = new double[n];
    for (int i = 0; i < n; i++) {
      int before = Math.max(0, i - 1);
      int after = Math.min(n - 1, i + 1);
      slopes[i] = (losses[after] - losses[before]) / (after - before);
    }
    return slopes;
  }
}
