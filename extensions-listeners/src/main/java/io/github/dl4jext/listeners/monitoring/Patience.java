package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.ListenerState;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Decides when enough epochs have passed without improvement, by the rule of Keras's {@code
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
      ThresholdMode thresholdMode,
      double minDelta,
      int startFromEpoch,
      @Nullable Double baseline,
      boolean higherIsBetter) {
    this.patience = patience;
    this.startFromEpoch = startFromEpoch;
    this.baseline = baseline;
    this.best = new Best(higherIsBetter, thresholdMode, minDelta);
  }

  /** Takes the figure of the next epoch; returns true if it is the best so far. */
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

  /** Counts an epoch without a step, which is neither good nor bad. */
  void pass() {
    epochs++;
  }

  /** Ends training after the epoch that was taken last, regardless of its figure. */
  void end() {
    stoppedEpoch = epochs - 1;
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

  /** Describes how figures are compared. The count may be resumed with a different patience. */
  String rule() {
    return best.rule();
  }

  ListenerState state() {
    return new ListenerState()
        .put("best", best.value())
        .put("epochs", epochs)
        .put("waited", waited)
        .put("bestEpoch", bestEpoch)
        .put("stoppedEpoch", stoppedEpoch);
  }

  /** Resumes the count of another instance, with the rule of this one. */
  void loadState(ListenerState other) {
    best.restore(other.number("best"));
    epochs = other.count("epochs");
    waited = other.count("waited");
    bestEpoch = (int) other.whole("bestEpoch");
    stoppedEpoch = (int) other.whole("stoppedEpoch");
  }
}
