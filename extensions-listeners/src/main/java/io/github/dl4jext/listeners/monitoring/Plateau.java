package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau.Counting;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau.ThresholdMode;
import java.io.Serializable;

/** Counts scores that are no better, as Keras or as PyTorch does. */
final class Plateau implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Counting counting;
  private final ThresholdMode thresholdMode;
  private final int patience;
  private final double minDelta;
  private final int cooldown;
  private final boolean higherIsBetter;

  private double best;
  private int waited;
  private int cooling;

  Plateau(
      Counting counting,
      ThresholdMode thresholdMode,
      int patience,
      double minDelta,
      int cooldown,
      boolean higherIsBetter) {
    this.counting = counting;
    this.thresholdMode = thresholdMode;
    this.patience = patience;
    this.minDelta = minDelta;
    this.cooldown = cooldown;
    this.higherIsBetter = higherIsBetter;
    this.best = higherIsBetter ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** A counter with the same rule that goes on where this one is. */
  Plateau copy() {
    Plateau copy =
        new Plateau(counting, thresholdMode, patience, minDelta, cooldown, higherIsBetter);
    copy.best = best;
    copy.waited = waited;
    copy.cooling = cooling;
    return copy;
  }

  /** Whether other counts as this one does, so that it can go on from here. */
  boolean hasRuleOf(Plateau other) {
    return counting == other.counting
        && thresholdMode == other.thresholdMode
        && patience == other.patience
        && minDelta == other.minDelta
        && cooldown == other.cooldown
        && higherIsBetter == other.higherIsBetter;
  }

  /** Takes the next score; true if the rates are to be reduced, after which {@link #acted}. */
  boolean isOver(double score) {
    return counting == Counting.KERAS ? isOverInKeras(score) : isOverInTorch(score);
  }

  private boolean isOverInKeras(double score) {
    if (cooling > 0) {
      cooling--;
      waited = 0;
    }
    if (improves(score)) {
      best = score;
      waited = 0;
      return false;
    }
    if (cooling > 0) {
      return false;
    }
    waited++;
    return waited >= patience;
  }

  private boolean isOverInTorch(double score) {
    if (improves(score)) {
      best = score;
      waited = 0;
    } else {
      waited++;
    }
    if (cooling > 0) {
      cooling--;
      waited = 0;
    }
    return waited > patience;
  }

  /** Says whether any rate was reduced. PyTorch cools down even if all were at their minimum. */
  void acted(boolean reduced) {
    if (reduced || counting == Counting.TORCH) {
      cooling = cooldown;
      waited = 0;
    }
  }

  /** No comparison holds for NaN, which is therefore never the best. */
  private boolean improves(double score) {
    if (thresholdMode == ThresholdMode.ABSOLUTE) {
      return higherIsBetter ? score > best + minDelta : score < best - minDelta;
    }
    return higherIsBetter ? score > best * (1 + minDelta) : score < best * (1 - minDelta);
  }

  /** NaN if no score was a number yet. */
  double best() {
    return Double.isInfinite(best) ? Double.NaN : best;
  }
}
