package io.github.dl4jext.textbook.api;

import java.util.List;

/**
 * One experiment of the chapter: the code that a user would write with plain DL4J and our public
 * API, and the figures to compare with the book's.
 *
 * <p>An experiment is a public class with a public constructor without arguments, annotated with
 * {@code @AutoService(Experiment.class)}, by which the program finds it.
 */
public interface Experiment {

  /**
   * Describes the experiment: its name, what it shows, and how long it takes.
   *
   * @return the same description at every call
   */
  About about();

  /**
   * The name of the experiment on the command line and in the report.
   *
   * @return the name in {@link #about()}
   */
  default String name() {
    return about().name();
  }

  /**
   * Whether it trains on coloured images, {@code 3 x 32 x 32}, instead of grey ones, {@code 28 x
   * 28}.
   *
   * @return false unless overridden; the same at every call
   */
  default boolean inColour() {
    return false;
  }

  /**
   * What the experiment is to show.
   *
   * @return relations between the figures; none unless overridden
   */
  default List<Claim> claims() {
    return List.of();
  }

  /**
   * Trains, measures and reports. The caller has seeded ND4J's random generator with {@link
   * Context#seed()}.
   *
   * @param context what to train on, and where to report
   * @throws Exception any exception: the failure is shown and reported, and the next experiment is
   *     run
   */
  void run(Context context) throws Exception;
}
