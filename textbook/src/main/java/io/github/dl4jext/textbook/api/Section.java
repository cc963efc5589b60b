package io.github.dl4jext.textbook.api;

import java.util.Comparator;
import java.util.Objects;

/**
 * A section of the chapter. Each experiment names its section ({@link About#in}); lists and the
 * report group experiments by section, in the order of the chapter.
 *
 * @param number its position in the chapter, at least 1
 * @param heading its title, not blank
 */
public record Section(int number, String heading) implements Comparable<Section> {

  // The sections of the chapter, in its order.
  public static final Section VANISHING_GRADIENTS =
      new Section(1, "Vanishing and exploding gradients");
  public static final Section INITIALISATION = new Section(2, "Initialisation and activations");
  public static final Section BATCH_NORMALIZATION = new Section(3, "Batch normalization");
  public static final Section CLIPPING = new Section(4, "Gradient clipping");
  public static final Section TRANSFER = new Section(5, "Reusing pretrained layers");
  public static final Section OPTIMIZERS = new Section(6, "Faster optimizers");
  public static final Section SCHEDULES = new Section(7, "Learning-rate schedules");
  public static final Section REGULARIZATION = new Section(8, "Regularization");
  public static final Section GUIDELINES = new Section(9, "Practical guidelines");
  public static final Section EXERCISES = new Section(10, "Exercises");

  /** The section of experiments that name none; it comes last. */
  public static final Section OTHER = new Section(Integer.MAX_VALUE, "Further experiments");

  private static final Comparator<Section> IN_ORDER =
      Comparator.comparingInt(Section::number).thenComparing(Section::heading);

  /** Checks the number and the heading. */
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
