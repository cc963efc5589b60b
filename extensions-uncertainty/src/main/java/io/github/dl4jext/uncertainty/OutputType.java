package io.github.dl4jext.uncertainty;

/** Says what the numbers of an output are. */
public enum OutputType {
  /** Probabilities of classes, of which one holds: softmax. */
  CATEGORICAL,
  /** Probabilities of labels that are independent of each other: sigmoid. */
  BINARY,
  /** Estimates of quantities. */
  REGRESSION
}
