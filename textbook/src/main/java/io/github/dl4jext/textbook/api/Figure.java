package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/**
 * Holds what was measured in a run.
 *
 * <p>JSON has no NaN and no infinities; such a value is the text {@code "NaN"}, {@code "Infinity"}
 * or {@code "-Infinity"}.
 *
 * @param book the book's figure, or null
 * @param least the least that the mean over the seeds may be on the book's images, or null
 * @param most the most, or null
 * @param distribution what many seeds came to elsewhere, by which ours is judged in place of the
 *     bounds; null where it is not known, and then not written
 */
@JsonPropertyOrder({"metric", "value", "book", "least", "most", "distribution"})
public record Figure(
    String metric,
    double value,
    Double book,
    Double least,
    Double most,
    @JsonInclude(JsonInclude.Include.NON_NULL) Distribution distribution) {

  /** Checks that the metric is there. */
  public Figure {
    Objects.requireNonNull(metric, "a figure must have a metric");
  }

  public static Figure of(String metric, double value, ReferenceFigure book) {
    return book == null
        ? new Figure(metric, value, null, null, null, null)
        : new Figure(metric, value, book.figure(), book.least(), book.most(), book.distribution());
  }
}
