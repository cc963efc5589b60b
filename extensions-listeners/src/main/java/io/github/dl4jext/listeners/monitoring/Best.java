package io.github.dl4jext.listeners.monitoring;

import java.io.Serializable;

/**
 * Keeps the best figure so far. NaN is never better, and an infinite loss is no better than none.
 */
final class Best implements Serializable {

  private static final long serialVersionUID = 1L;

  private final boolean higherIsBetter;
  private final ThresholdMode mode;
  private final double minDelta;
  private double value;

  /** Whether a figure was taken; until then the value is worse than all figures. */
  private boolean taken;

  Best(boolean higherIsBetter, ThresholdMode mode, double minDelta) {
    this.higherIsBetter = higherIsBetter;
    this.mode = mode;
    this.minDelta = minDelta;
    this.value = higherIsBetter ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** Takes the next figure; true if it is the best so far. */
  boolean take(double figure) {
    boolean better = improves(figure, value);
    value = better ? figure : value;
    taken |= better;
    return better;
  }

  /** Resumes with the best figure of another instance; NaN means none. */
  void restore(double figure) {
    if (!Double.isNaN(figure)) {
      value = figure;
      taken = true;
    }
  }

  /** Returns whether a figure is better than another one by more than minDelta. */
  boolean improves(double figure, double than) {
    if (mode == ThresholdMode.ABSOLUTE) {
      return higherIsBetter ? figure > than + minDelta : figure < than - minDelta;
    }
    return higherIsBetter ? figure > than * (1 + minDelta) : figure < than * (1 - minDelta);
  }

  /** Returns the best figure; NaN if there was none. */
  double value() {
    return taken ? value : Double.NaN;
  }

  /** Describes how figures are compared. */
  String rule() {
    String share = mode == ThresholdMode.ABSOLUTE ? "" : " of the best";
    return (higherIsBetter ? "higher" : "lower") + " is better by minDelta=" + minDelta + share;
  }
}
