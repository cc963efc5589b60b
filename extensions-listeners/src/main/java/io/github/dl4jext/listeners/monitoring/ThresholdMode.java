package io.github.dl4jext.listeners.monitoring;

/** The measure of a figure's improvement: PyTorch's {@code threshold_mode}. */
public enum ThresholdMode {
  /** A figure must be better than the best one by more than minDelta. */
  ABSOLUTE,
  /** A figure must be better than the best one by more than minDelta times the best one. */
  RELATIVE
}
