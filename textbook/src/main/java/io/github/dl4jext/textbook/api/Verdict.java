package io.github.dl4jext.textbook.api;

/** Whether something is as it should be. */
public enum Verdict {
  HOLDS("holds"),
  FAILS("does not hold"),
  /** Not measured, or not to be compared. */
  OPEN("open");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
