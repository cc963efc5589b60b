package io.github.dl4jext.textbook;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * What an experiment is to show: a relation between figures, such as "1cycle beats a constant
 * rate". It is checked on their means over all seeds, so that no lucky one decides.
 *
 * @param text the relation in words
 * @param relation the relation; a figure that has not been measured leaves it open
 */
public record Claim(String text, Predicate<Means> relation) {

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
  public static Claim onRealImages(String text, Predicate<Means> relation) {
    return new Claim(
        text + " (real images)",
        means -> {
          means.requireRealImages();
          return relation.test(means);
        });
  }

  /**
   * A relation that a part of the images does not show reliably; on one it is left open.
   *
   * @param text the relation in words
   * @param relation the relation
   * @return a claim that says so
   */
  public static Claim onAllImages(String text, Predicate<Means> relation) {
    return new Claim(
        text + " (all images)",
        means -> {
          means.requireAllImages();
          return relation.test(means);
        });
  }

  /**
   * A relation for which it takes all images, and real ones; on others it is left open.
   *
   * @param text the relation in words
   * @param relation the relation
   * @return a claim that says so
   */
  public static Claim onAllRealImages(String text, Predicate<Means> relation) {
    return new Claim(
        text + " (all real images)",
        means -> {
          means.requireAllImages();
          means.requireRealImages();
          return relation.test(means);
        });
  }

  Verdict verdict(Means means) {
    try {
      return relation.test(means) ? Verdict.HOLDS : Verdict.FAILS;
    } catch (Means.NotMeasured open) {
      return Verdict.OPEN;
    }
  }
}
