package io.github.dl4jext.uncertainty;

/** What the numbers of an output are. */
public enum OutputType {
  /** Probabilities of classes, of which one holds: softmax. */
  CLASSES,
  /** Probabilities of answers to questions that have nothing to do with each other: sigmoid. */
  YES_OR_NO,
  /** Estimates of quantities: regression. */
  NUMBERS
}
