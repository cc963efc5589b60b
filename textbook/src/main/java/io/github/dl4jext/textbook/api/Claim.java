package io.github.dl4jext.textbook.api;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * States what an experiment is to show: a relation between figures, such as "1cycle beats a
 * constant rate". It is checked on the means over all seeds, so that a single lucky seed does not
 * decide.
 *
 * @param words the relation in words
 * @param relation the relation; the claim is open as long as one of its figures is not measured
 * @param needsReal whether drawn images are too simple to show it; the claim is then open on them
 * @param needsAll whether a part of the images does not show it reliably; the claim is then open on
 *     a part
 */
public record Claim(
    String words, Predicate<SeedAverages> relation, boolean needsReal, boolean needsAll) {

  /** Refuses null for the words and the relation. */
  public Claim {
    Objects.requireNonNull(words, "a claim must have a text");
    Objects.requireNonNull(relation, "a claim must have a relation");
  }

  /** States a relation that is checked on any images. */
  public Claim(String words, Predicate<SeedAverages> relation) {
    this(words, relation, false, false);
  }

  /** Returns the same claim, to be checked on real images only. */
  public Claim onRealImages() {
    return new Claim(words, relation, true, needsAll);
  }

  /** Returns the same claim, to be checked only on whole sets of images, not on a part of one. */
  public Claim onAllImages() {
    return new Claim(words, relation, needsReal, true);
  }

  /** Returns the relation in words, followed by the kind of images that it needs, if any. */
  public String text() {
    if (!needsReal && !needsAll) {
      return words;
    }
    return words + " (" + (needsAll ? "all " : "") + (needsReal ? "real " : "") + "images)";
  }

  /**
   * Judges the claim.
   *
   * @param averages the figures that were measured
   * @return {@link Verdict#OPEN} if a figure is missing or the images are of the wrong kind
   */
  public Verdict verdict(SeedAverages averages) {
    // It is judged even if it is open, so that the averages know which figures it looks at.
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
