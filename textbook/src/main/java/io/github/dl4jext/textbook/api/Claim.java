package io.github.dl4jext.textbook.api;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * What an experiment is to show: a relation between figures, such as "1cycle beats a constant
 * rate". It is checked on their means over all seeds, so that no lucky one decides.
 *
 * @param text the relation in words
 * @param relation the relation; a figure that has not been measured leaves it open
 */
public record Claim(String text, Predicate<SeedAverages> relation) {

  /** Checks that both are there. */
  public Claim {
    Objects.requireNonNull(text, "a claim must have a text");
    Objects.requireNonNull(relation, "a claim must have a relation");
  }

  /**
   * A relation that drawn images are too plain to show; on them it is left open.
   *
   * @param text the relation in words
   * @param relation the relation
   * @return a claim that says so
   */
  public static Claim onRealImages(String text, Predicate<SeedAverages> relation) {
    return new Claim(
        text + " (real images)",
        averages -> {
          averages.requireRealImages();
          return relation.test(averages);
        });
  }

  /**
   * A relation that a part of the images does not show reliably; on one it is left open.
   *
   * @param text the relation in words
   * @param relation the relation
   * @return a claim that says so
   */
  public static Claim onAllImages(String text, Predicate<SeedAverages> relation) {
    return new Claim(
        text + " (all images)",
        averages -> {
          averages.requireAllImages();
          return relation.test(averages);
        });
  }

  /**
   * A relation for which it takes all images, and real ones; on others it is left open.
   *
   * @param text the relation in words
   * @param relation the relation
   * @return a claim that says so
   */
  public static Claim onAllRealImages(String text, Predicate<SeedAverages> relation) {
    return new Claim(
        text + " (all real images)",
        averages -> {
          averages.requireAllImages();
          averages.requireRealImages();
          return relation.test(averages);
        });
  }

  public Verdict verdict(SeedAverages averages) {
    try {
      return relation.test(averages) ? Verdict.HOLDS : Verdict.FAILS;
    } catch (SeedAverages.NotMeasured open) {
      return Verdict.OPEN;
    }
  }
}
