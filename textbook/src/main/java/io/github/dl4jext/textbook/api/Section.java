package io.github.dl4jext.textbook.api;

import java.util.Comparator;
import java.util.Objects;

/**
 * A part of the chapter. Each experiment names its own ({@link About#in}); those that name the same
 * one stand together in lists and in the report, in the order of the chapter.
 *
 * @param number its place in the chapter, at least 1
 * @param heading what it is called
 */
public record Section(int number, String heading) implements Comparable<Section> {

  /** Has the experiments that name no section; stands last. */
  public static final Section OTHER = new Section(Integer.MAX_VALUE, "Further experiments");

  private static final Comparator<Section> IN_ORDER =
      Comparator.comparingInt(Section::number).thenComparing(Section::heading);

  /** Checks that the place and the heading are there. */
  public Section {
    Objects.requireNonNull(heading, "a section must have a heading");
    if (number < 1 || heading.isBlank()) {
      throw new IllegalArgumentException(
          "a section must have a number of at least 1 and a heading, was "
              + number
              + " \""
              + heading
              + "\"");
    }
  }

  @Override
  public int compareTo(Section other) {
    return IN_ORDER.compare(this, other);
  }
}
