package io.github.dl4jext.listeners.monitoring;

/** Keras's rule for when enough epochs have gone by without improvement. Epochs count from 0. */
final class Patience {

  private final int patience;
  private final double minDelta;
  private final int startFromEpoch;
  private final Double baseline;
  private final boolean higherIsBetter;

  private int epochs;
  private int wait;
  private int bestEpoch = -1;
  private double best = Double.NaN;
  private int stoppedEpoch = -1;

  /** The baseline may be null. */
  Patience(
      int patience, double minDelta, int startFromEpoch, Double baseline, boolean higherIsBetter) {
    this.patience = patience;
    this.minDelta = minDelta;
    this.startFromEpoch = startFromEpoch;
    this.baseline = baseline;
    this.higherIsBetter = higherIsBetter;
  }

  /** Takes the figure of the next epoch; true if it is the best so far. */
  boolean isBest(double value) {
    int epoch = epochs++;
    if (epoch < startFromEpoch) {
      return false;
    }
    wait++;
    if (improves(value, best)) {
      best = value;
      bestEpoch = epoch;
      if (baseline == null || improves(value, baseline)) {
        wait = 0;
      }
      return true;
    }
    if (wait >= patience && epoch > 0) {
      stoppedEpoch = epoch;
    }
    return false;
  }

  /** Anything but NaN is better than none, and nothing than NaN. */
  private boolean improves(double value, double reference) {
    if (Double.isNaN(reference)) {
      return !Double.isNaN(value);
    }
    return higherIsBetter ? value - minDelta > reference : value + minDelta < reference;
  }

  boolean isOver() {
    return stoppedEpoch >= 0;
  }

  int stoppedEpoch() {
    return stoppedEpoch;
  }

  int bestEpoch() {
    return bestEpoch;
  }

  double best() {
    return best;
  }
}
