package io.github.dl4jext.listeners.diagnosis.checks;

/** Says how much a finding matters. */
public enum Severity {
  /** Training may go on, and learns less or more slowly than it could. */
  WARNING,
  /** Training cannot do what is wanted. */
  ERROR
}
