package io.github.dl4jext.listeners.monitoring;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Decides when enough epochs have gone by without improvement, by the rule of Keras's {@code
 * EarlyStopping}. Epochs count from 0. {@link Plateau} is the rule of {@code ReduceLROnPlateau}.
 */
final class Patience implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int patience;
  private final int startFromEpoch;

  /** Null for none. */
  private final @Nullable Double baseline;

  private final Best best;
  private int epochs;
  private int waited;
  private int bestEpoch = -1;
  private int stoppedEpoch = -1;

  Patience(
      int patience,
      double minDelta,
      int startFromEpoch,
      @Nullable Double baseline,
      boolean higherIsBetter) {
    this.patience = patience;
    this.startFromEpoch = startFromEpoch;
    this.baseline = baseline;
    this.best = new Best(higherIsBetter, ThresholdMode.ABSOLUTE, minDelta);
  }

  /** Takes the figure of the next epoch; true if it is the best so far. */
  boolean isBest(double value) {
    int epoch = epochs++;
    if (epoch < startFromEpoch) {
      return false;
    }
    waited++;
    if (best.take(value)) {
      bestEpoch = epoch;
      if (baseline == null || best.improves(value, baseline)) {
        waited = 0;
      }
      return true;
    }
    if (PatienceConvention.KERAS.isOver(waited, patience) && epoch > 0) {
      stoppedEpoch = epoch;
    }
    return false;
  }

  /** Counts an epoch in which nothing was learnt: it is neither good nor bad. */
  void pass() {
    epochs++;
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
    return best.value();
  }

  /** Checks whether the count of another one may be resumed here. */
  boolean hasRuleOf(Patience other) {
    return best.hasRuleOf(other.best);
  }

  /** Resumes the count of another one, by this one's rule. */
  void resumeFrom(Patience other) {
    best.restore(other.best.value());
    epochs = other.epochs;
    waited = other.waited;
    bestEpoch = other.bestEpoch;
    stoppedEpoch = other.stoppedEpoch;
  }
}
