package io.github.dl4jext.textbook.api;

import java.time.Duration;
import java.util.Objects;

/**
 * What the command line and the report say about an experiment.
 *
 * @param name what it is called there: in kebab-case, such as {@code batch-of-one}, and of no other
 *     experiment
 * @param title what it shows, in one line
 * @param cost roughly how long one seed takes with the embedded images and the default epochs, on
 *     two cores; more than zero
 * @param defaultEpochs the epochs to train for if the user does not say, at least 1
 * @param section the part of the chapter that it is about
 */
public record About(String name, String title, Duration cost, int defaultEpochs, Section section) {

  /** Checks that all are there. */
  public About {
    Objects.requireNonNull(name, "an experiment must have a name");
    Objects.requireNonNull(title, "an experiment must have a title");
    Objects.requireNonNull(cost, "an experiment must have a cost");
    Objects.requireNonNull(section, "an experiment must have a section");
  }

  /** Describes an experiment that is about no part of the chapter in particular. */
  public About(String name, String title, Duration cost, int defaultEpochs) {
    this(name, title, cost, defaultEpochs, Section.OTHER);
  }

  /**
   * Returns the same with another section.
   *
   * @param part the part of the chapter that it is about
   * @return what is known about an experiment of that section
   */
  public About in(Section part) {
    return new About(name, title, cost, defaultEpochs, part);
  }
}
