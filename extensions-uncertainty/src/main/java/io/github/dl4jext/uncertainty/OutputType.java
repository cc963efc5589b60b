package io.github.dl4jext.uncertainty;

/** The meaning of an output's numbers. */
public enum OutputType {
  /** Probabilities of classes, of which exactly one is true: softmax. */
  CATEGORICAL,
  /** Probabilities of labels that are independent of each other: sigmoid. */
  BINARY,
  /** Estimates of quantities. */
  REGRESSION
}
