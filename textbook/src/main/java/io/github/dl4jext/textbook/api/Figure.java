package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/**
 * Holds a figure that was measured in a run.
 *
 * <p>JSON has no NaN and no infinities; such a value is written as the text {@code "NaN"}, {@code
 * "Infinity"} or {@code "-Infinity"}.
 *
 * @param metric what was measured
 * @param value the value, which may be NaN or infinite
 * @param book the book's figure, or null
 * @param least the lowest mean over the seeds that agrees with the book, or null if there is no
 *     lower bound
 * @param most the highest mean that agrees, or null if there is no upper bound
 * @param distribution the result of many seeds that were run elsewhere, which is used in place of
 *     the bounds; null where it is not known, and then not written
 */
@JsonPropertyOrder({"metric", "value", "book", "least", "most", "distribution"})
public record Figure(
    String metric,
    double value,
    Double book,
    Double least,
    Double most,
    @JsonInclude(JsonInclude.Include.NON_NULL) Distribution distribution) {

  /** Refuses null for the metric. */
  public Figure {
    Objects.requireNonNull(metric, "a figure must have a metric");
  }

  /**
   * Makes a figure.
   *
   * @param metric what was measured
   * @param value the value, which may be NaN or infinite
   * @param book the book's figure, or null if the book has none
   * @return the figure
   */
  public static Figure of(String metric, double value, ReferenceFigure book) {
    return book == null
        ? new Figure(metric, value, null, null, null, null)
        : new Figure(metric, value, book.figure(), book.least(), book.most(), book.distribution());
  }
}
