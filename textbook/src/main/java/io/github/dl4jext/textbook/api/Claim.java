package io.github.dl4jext.textbook.api;

import java.util.ArrayList;
import java.util.List;
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
 * @param seeds how many seeds it takes at least; the claim is open with fewer
 */
public record Claim(
    String words,
    Predicate<SeedAverages> relation,
    boolean needsReal,
    boolean needsAll,
    int seeds) {

  /** Refuses null for the words and the relation. */
  public Claim {
    Objects.requireNonNull(words, "a claim must have a text");
    Objects.requireNonNull(relation, "a claim must have a relation");
  }

  /** States a relation that is checked on any images. */
  public Claim(String words, Predicate<SeedAverages> relation) {
    this(words, relation, false, false, 1);
  }

  /** Returns the same claim, to be checked on real images only. */
  public Claim onRealImages() {
    return new Claim(words, relation, true, needsAll, seeds);
  }

  /** Returns the same claim, to be checked only on whole sets of images, not on a part of one. */
  public Claim onAllImages() {
    return new Claim(words, relation, needsReal, true, seeds);
  }

  /**
   * Returns the same claim, to be checked only on the mean over this many seeds or more: for a
   * difference that a few seeds may miss by chance.
   *
   * @param least the number of seeds, at least 2
   * @return the claim
   */
  public Claim overSeeds(int least) {
    return new Claim(words, relation, needsReal, needsAll, least);
  }

  /** Returns the relation in words, followed by the images and the seeds that it needs, if any. */
  public String text() {
    List<String> needs = new ArrayList<>();
    if (needsReal || needsAll) {
      needs.add((needsAll ? "all " : "") + (needsReal ? "real " : "") + "images");
    }
    if (seeds > 1) {
      needs.add(seeds + " seeds");
    }
    return needs.isEmpty() ? words : words + " (" + String.join(", ", needs) + ")";
  }

  /**
   * Judges the claim.
   *
   * @param averages the figures that were measured
   * @return {@link Verdict#OPEN} if a figure is missing, the images are of the wrong kind, or there
   *     are too few seeds
   */
  public Verdict verdict(SeedAverages averages) {
    // It is judged even if it is open, so that the averages know which figures it looks at.
    Verdict verdict = judged(averages);
    boolean isOpen =
        needsReal && averages.areOfDrawnImages()
            || needsAll && averages.areOfAPart()
            || averages.seeds() < seeds;
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
