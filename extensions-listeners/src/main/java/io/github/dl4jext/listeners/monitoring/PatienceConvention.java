package io.github.dl4jext.listeners.monitoring;

/** The rule of patience: Keras's or PyTorch's. */
public enum PatienceConvention {
  /** Keras's rule: the patience is over when {@code patience} scores in a row are no better. */
  KERAS(ThresholdMode.ABSOLUTE, 0),
  /** PyTorch's rule: the patience is over one score later. */
  TORCH(ThresholdMode.RELATIVE, 1e-8);

  final ThresholdMode thresholdMode;
  final double epsilon;

  PatienceConvention(ThresholdMode thresholdMode, double epsilon) {
    this.thresholdMode = thresholdMode;
    this.epsilon = epsilon;
  }

  /**
   * Returns whether the scores in a row without improvement are too many; in Keras a patience of 0
   * is the same as 1.
   */
  boolean isOver(int scoresWaited, int patience) {
    return this == KERAS ? scoresWaited >= Math.max(1, patience) : scoresWaited > patience;
  }
}
