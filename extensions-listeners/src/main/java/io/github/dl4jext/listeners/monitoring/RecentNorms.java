package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.spi.Checks;
import java.util.Arrays;
import java.util.Objects;

/**
 * Keeps the last numbers of a sequence, such as the norms of the gradients of the last steps, and
 * computes their quantiles.
 */
public final class RecentNorms {

  /** The numbers; once all places are taken, the oldest one is at {@code next}. */
  private final double[] numbers;

  private int count;
  private int next;

  /**
   * Begins without numbers.
   *
   * @param window how many numbers are kept, at least 1
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the window is below 1
   */
  public RecentNorms(int window) {
    Checks.of("recent norms").that(window >= 1, "window", "at least 1", window).done();
    numbers = new double[window];
  }

  /**
   * Adds a number, in place of the oldest one if all places are taken.
   *
   * @param number a finite number
   */
  public void add(double number) {
    numbers[next] = number;
    next = (next + 1) % numbers.length;
    count = Math.min(count + 1, numbers.length);
  }

  /**
   * Returns how many numbers there are.
   *
   * @return at most the window
   */
  public int size() {
    return count;
  }

  /**
   * Returns a quantile of the numbers, interpolated linearly between two of them, as in NumPy.
   *
   * @param share its place, from 0 (the smallest) to 1 (the largest); the median is at 0.5
   * @return the quantile; NaN if there are no numbers
   */
  public double quantile(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    double[] sorted = Arrays.copyOf(numbers, count);
    Arrays.sort(sorted);
    double place = share * (count - 1);
    int below = (int) place;
    int above = Math.min(below + 1, count - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /**
   * Returns the numbers.
   *
   * @return a new array, the oldest number first
   */
  public double[] toArray() {
    double[] all = new double[count];
    for (int i = 0; i < count; i++) {
      all[i] = numbers[(next - count + i + numbers.length) % numbers.length];
    }
    return all;
  }

  /**
   * Makes an independent copy.
   *
   * @return the copy
   */
  public RecentNorms copy() {
    return of(numbers.length, toArray());
  }

  /**
   * Makes an instance with some numbers.
   *
   * @param window how many numbers are kept, at least 1
   * @param numbers the numbers to add, the oldest first
   * @return an instance to which they have been added
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the window is below 1
   */
  public static RecentNorms of(int window, double[] numbers) {
    Objects.requireNonNull(numbers, "recent norms: numbers must be given, was null");
    RecentNorms made = new RecentNorms(window);
    for (double number : numbers) {
      made.add(number);
    }
    return made;
  }
}
