package io.github.dl4jext.textbook.api;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * States what an experiment is to show: a relation between figures, such as "1cycle beats a
 * constant rate". It is checked on their means over all seeds, so that no lucky one decides.
 *
 * @param words the relation in words
 * @param relation the relation; a figure that has not been measured leaves it open
 * @param needsReal whether drawn images are too plain to show it; on them it is left open
 * @param needsAll whether a part of the images does not show it reliably; on one it is left open
 */
public record Claim(
    String words, Predicate<SeedAverages> relation, boolean needsReal, boolean needsAll) {

  /** Checks that words and relation are there. */
  public Claim {
    Objects.requireNonNull(words, "a claim must have a text");
    Objects.requireNonNull(relation, "a claim must have a relation");
  }

  /** States a relation that any images show. */
  public Claim(String words, Predicate<SeedAverages> relation) {
    this(words, relation, false, false);
  }

  /** Returns the same claim, made of real images only. */
  public Claim onRealImages() {
    return new Claim(words, relation, true, needsAll);
  }

  /** Returns the same claim, made of all images only, not of a part. */
  public Claim onAllImages() {
    return new Claim(words, relation, needsReal, true);
  }

  /** Tells the relation in words, with the images that it takes. */
  public String text() {
    if (!needsReal && !needsAll) {
      return words;
    }
    return words + " (" + (needsAll ? "all " : "") + (needsReal ? "real " : "") + "images)";
  }

  /** Judges the claim by the figures that were measured. */
  public Verdict verdict(SeedAverages averages) {
    // Judged on any images, so that the averages know which figures it is about.
    Verdict verdict = judged(averages);
    boolean isOpen = needsReal && averages.areOfDrawnImages() || needsAll && averages.areOfAPart();
    return isOpen ? Verdict.OPEN : verdict;
  }

  private Verdict judged(SeedAverages averages) {
    try {
      return relation.test(averages) ? Verdict.HOLDS : Verdict.FAILS;
    } catch (SeedAverages.NotMeasured open) {
      return Verdict.OPEN;
    }
  }
}
