package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.ListenerState;
import java.io.Serializable;
import java.util.Locale;

/**
 * Decides when scores have not improved for too long, by the rules of {@code ReduceLROnPlateau} in
 * Keras or in PyTorch. {@link Patience} is the rule of {@code EarlyStopping}.
 */
final class Plateau implements Serializable {

  private static final long serialVersionUID = 1L;

  private final PatienceConvention convention;
  private final int patience;
  private final int cooldown;
  private final Best best;
  private int waited;
  private int cooling;

  Plateau(
      PatienceConvention convention,
      ThresholdMode thresholdMode,
      int patience,
      double minDelta,
      int cooldown,
      boolean higherIsBetter) {
    this.convention = convention;
    this.patience = patience;
    this.cooldown = cooldown;
    this.best = new Best(higherIsBetter, thresholdMode, minDelta);
  }

  /** Describes the rule of the count, which only an instance with the same rule may resume. */
  String rule() {
    return convention.name().toLowerCase(Locale.ROOT)
        + ", patience="
        + patience
        + ", cooldown="
        + cooldown
        + ", "
        + best.rule();
  }

  ListenerState state() {
    return new ListenerState()
        .put("best", best.value())
        .put("waited", waited)
        .put("cooling", cooling);
  }

  /** Resumes the count of another instance. */
  void loadState(ListenerState other) {
    best.restore(other.number("best"));
    waited = other.count("waited");
    cooling = other.count("cooling");
  }

  /**
   * Takes the next score; returns true if the rates are to be reduced. Call {@link #acted} then.
   */
  boolean isOver(double score) {
    boolean better = best.take(score);
    return convention == PatienceConvention.KERAS ? isOverInKeras(better) : isOverInTorch(better);
  }

  private boolean isOverInKeras(boolean better) {
    if (cooling > 0) {
      cooling--;
      waited = 0;
    }
    if (better) {
      waited = 0;
      return false;
    }
    if (cooling > 0) {
      return false;
    }
    waited++;
    return convention.isOver(waited, patience);
  }

  private boolean isOverInTorch(boolean better) {
    waited = better ? 0 : waited + 1;
    if (cooling > 0) {
      cooling--;
      waited = 0;
    }
    return convention.isOver(waited, patience);
  }

  /**
   * Takes whether any rate was reduced. PyTorch cools down even if all rates were at their minimum.
   */
  void acted(boolean reduced) {
    if (reduced || convention == PatienceConvention.TORCH) {
      cooling = cooldown;
      waited = 0;
    }
  }

  /** Returns the best score; NaN if no score was a number yet. */
  double best() {
    return best.value();
  }
}
