package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/**
 * Holds the result of many seeds of the book's set-up that were run elsewhere, so that our figure
 * need not be judged by the book's single seed.
 *
 * @param of the library that it was run with, such as {@code PyTorch}
 * @param mean the mean over the seeds
 * @param deviation the standard deviation of a single run, more than 0
 * @param seeds how many seeds were run, at least 2
 */
@JsonPropertyOrder({"of", "mean", "deviation", "seeds"})
public record Distribution(String of, double mean, double deviation, int seeds) {

  /** How many standard errors our mean may be away from the other. */
  private static final double ERRORS = 3;

  /** Checks that the deviation is more than 0 and that there are at least 2 seeds. */
  public Distribution {
    Objects.requireNonNull(of, "a distribution must name the program that was run");
    if (!(deviation > 0) || seeds < 2) {
      throw new IllegalArgumentException(
          "a distribution must have a standard deviation above 0 and at least 2 seeds, was "
              + deviation
              + " and "
              + seeds);
    }
  }

  /**
   * How far the mean of some runs may be from {@link #mean()}: three standard errors of the
   * difference of the two means, {@code 3 deviation sqrt(1 / runs + 1 / seeds)}.
   *
   * @param runs the number of runs that the other mean is taken over, at least 1
   * @return the allowance, more than 0
   */
  public double allowance(int runs) {
    return ERRORS * deviation * Math.sqrt(1.0 / runs + 1.0 / seeds);
  }
}
