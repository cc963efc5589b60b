package io.github.dl4jext.listeners.monitoring;

/** Says whose rule of patience is used: Keras's or PyTorch's. */
public enum PatienceConvention {
  /**
   * Keras's rule: it is over at the score with which {@code patience} scores in a row are no
   * better.
   */
  KERAS(ThresholdMode.ABSOLUTE, 0),
  /** PyTorch's rule: it is over at the score after that. */
  TORCH(ThresholdMode.RELATIVE, 1e-8);

  final ThresholdMode thresholdMode;
  final double epsilon;

  PatienceConvention(ThresholdMode thresholdMode, double epsilon) {
    this.thresholdMode = thresholdMode;
    this.epsilon = epsilon;
  }

  /**
   * Checks whether so many scores in a row without improvement are too many; 0 and 1 are the same.
   */
  boolean isOver(int scoresWaited, int patience) {
    return this == KERAS ? scoresWaited >= Math.max(1, patience) : scoresWaited > patience;
  }
}
