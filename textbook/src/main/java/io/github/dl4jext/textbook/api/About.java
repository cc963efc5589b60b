package io.github.dl4jext.textbook.api;

import java.time.Duration;
import java.util.Objects;

/**
 * What the command line and the report say about an experiment.
 *
 * @param name its name there, which no other experiment has; in kebab-case, such as {@code
 *     batch-of-one}
 * @param title what it shows, in one line
 * @param cost roughly how long one seed takes with the embedded images and the default epochs, on
 *     two cores; more than zero
 * @param defaultEpochs the epochs to train for if the user does not say, at least 1
 * @param section the section of the chapter that it belongs to
 */
public record About(String name, String title, Duration cost, int defaultEpochs, Section section) {

  /** Refuses null. */
  public About {
    Objects.requireNonNull(name, "an experiment must have a name");
    Objects.requireNonNull(title, "an experiment must have a title");
    Objects.requireNonNull(cost, "an experiment must have a cost");
    Objects.requireNonNull(section, "an experiment must have a section");
  }

  /** Describes an experiment that belongs to no section of the chapter: {@link Section#OTHER}. */
  public About(String name, String title, Duration cost, int defaultEpochs) {
    this(name, title, cost, defaultEpochs, Section.OTHER);
  }

  /**
   * Returns the same description with another section.
   *
   * @param part the section of the chapter that the experiment belongs to
   * @return a new description
   */
  public About in(Section part) {
    return new About(name, title, cost, defaultEpochs, part);
  }
}
