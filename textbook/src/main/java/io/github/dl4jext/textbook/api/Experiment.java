package io.github.dl4jext.textbook.api;

import java.time.Duration;
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
   * What it is called on the command line and in the report.
   *
   * @return a name in kebab-case, such as {@code batch-of-one}, of no other experiment
   */
  String name();

  /**
   * What it shows.
   *
   * @return one line of text
   */
  String title();

  /**
   * Roughly how long one seed takes with the embedded images and the default epochs, on two cores.
   *
   * @return a duration, more than zero
   */
  Duration cost();

  /**
   * The epochs to train for if the user does not say.
   *
   * @return at least 1
   */
  int defaultEpochs();

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
