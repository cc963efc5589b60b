package io.github.dl4jext.listeners.diagnosis.checks;

/** Tells how much a finding matters. */
public enum Severity {
  /** Training may go on, and learns less or more slowly than it could. */
  WARNING,
  /** Training cannot do what is wanted. */
  ERROR
}
