package io.github.dl4jext.textbook.api;

/** Says whether a claim holds, or a figure agrees. */
public enum Verdict {
  HOLDS("holds"),
  FAILS("does not hold"),
  /** Not measured, or not comparable on these images. */
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
