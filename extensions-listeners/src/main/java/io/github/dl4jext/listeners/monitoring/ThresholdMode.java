package io.github.dl4jext.listeners.monitoring;

/** Says what a figure must be better by: PyTorch's {@code threshold_mode}. */
public enum ThresholdMode {
  /** By minDelta. */
  ABSOLUTE,
  /** By the share minDelta of the best figure. */
  RELATIVE
}
