package io.github.dl4jext.listeners.monitoring;

/** Says what a figure must be better by: PyTorch's {@code threshold_mode}. */
public enum ThresholdMode {
  /** A figure must be better by minDelta. */
  ABSOLUTE,
  /** A figure must be better by the share minDelta of the best one. */
  RELATIVE
}
