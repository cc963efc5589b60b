package io.github.dl4jext.textbook.api;

import java.util.ArrayList;
import java.util.List;
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
 * @param seeds how many seeds it takes at least; with fewer it is left open
 */
public record Claim(
    String words,
    Predicate<SeedAverages> relation,
    boolean needsReal,
    boolean needsAll,
    int seeds) {

  /** Checks that words and relation are there. */
  public Claim {
    Objects.requireNonNull(words, "a claim must have a text");
    Objects.requireNonNull(relation, "a claim must have a relation");
  }

  /** States a relation that any images show. */
  public Claim(String words, Predicate<SeedAverages> relation) {
    this(words, relation, false, false, 1);
  }

  /** Returns the same claim, made of real images only. */
  public Claim onRealImages() {
    return new Claim(words, relation, true, needsAll, seeds);
  }

  /** Returns the same claim, made of all images only, not of a part. */
  public Claim onAllImages() {
    return new Claim(words, relation, needsReal, true, seeds);
  }

  /**
   * Returns the same claim, made of the mean over so many seeds or more only: for a difference that
   * a few seeds may miss by chance.
   *
   * @param least at least 2
   */
  public Claim overSeeds(int least) {
    return new Claim(words, relation, needsReal, needsAll, least);
  }

  /** Tells the relation in words, with the images and the seeds that it takes. */
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

  /** Judges the claim by the figures that were measured. */
  public Verdict verdict(SeedAverages averages) {
    // Judged on any images, so that the averages know which figures it is about.
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
