package io.github.dl4jext.textbook;

/** Whether something is as it should be. */
enum Verdict {
  HOLDS("holds"),
  FAILS("does not hold"),
  /** Not measured, or not to be compared. */
  OPEN("open");

  final String text;

  Verdict(String text) {
    this.text = text;
  }
}
