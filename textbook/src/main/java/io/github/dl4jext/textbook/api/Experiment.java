package io.github.dl4jext.textbook.api;

import java.util.List;

/**
 * One experiment of the chapter: what a user would write with plain DL4J and our public API, and
 * the figures to compare with the book's.
 *
 * <p>An experiment is a public class with a public constructor without arguments, annotated with
 * {@code @AutoService(Experiment.class)}; it is found by itself, no list is edited.
 */
public interface Experiment {

  /**
   * Tells what it is called, what it shows, and how long it takes.
   *
   * @return always the same
   */
  About about();

  /**
   * What it is called on the command line and in the report.
   *
   * @return the name that {@link #about()} gives
   */
  default String name() {
    return about().name();
  }

  /**
   * Whether it trains on coloured images, {@code 3 x 32 x 32}, in place of grey ones, {@code 28 x
   * 28}.
   *
   * @return always the same; false unless overridden
   */
  default boolean inColour() {
    return false;
  }

  /**
   * What must come out.
   *
   * @return relations between the figures, none unless overridden
   */
  default List<Claim> claims() {
    return List.of();
  }

  /**
   * Trains, measures and reports. ND4J's random generator has been seeded with {@link
   * Context#seed()} before.
   *
   * @param context what to train on, and where to report
   * @throws Exception anything: the failure is shown and reported, and the next experiment is run
   */
  void run(Context context) throws Exception;
}
