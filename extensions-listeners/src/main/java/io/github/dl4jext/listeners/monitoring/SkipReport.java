package io.github.dl4jext.listeners.monitoring;

/**
 * Reports how many steps of a training were skipped, by {@link SkipIfNonFinite} or {@link
 * SkipIfNormAbove}.
 *
 * @param steps the number of gradients seen
 * @param skipped the number of steps that were skipped
 * @param inARow the number of steps that were skipped since the last good one
 * @param lastSkipped the iteration of the last skipped step, from 0; -1 if there is none
 */
public record SkipReport(long steps, long skipped, long inARow, int lastSkipped) {

  static final SkipReport NONE = new SkipReport(0, 0, 0, -1);

  /**
   * Returns the share of the steps that were skipped.
   *
   * @return the share, from 0 to 1; 0 before the first step
   */
  public double skippedShare() {
    return steps == 0 ? 0 : (double) skipped / steps;
  }

  SkipReport good() {
    return new SkipReport(steps + 1, skipped, 0, lastSkipped);
  }

  SkipReport bad(int iteration) {
    return new SkipReport(steps + 1, skipped + 1, inARow + 1, iteration);
  }
}
