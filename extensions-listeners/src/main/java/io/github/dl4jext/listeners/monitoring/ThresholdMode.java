package io.github.dl4jext.listeners.monitoring;

/** Says how an improvement of a figure is measured: PyTorch's {@code threshold_mode}. */
public enum ThresholdMode {
  /** A figure must be better by minDelta. */
  ABSOLUTE,
  /** A figure must be better by the share minDelta of the best one. */
  RELATIVE
}
