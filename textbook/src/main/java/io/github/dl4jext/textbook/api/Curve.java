package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/**
 * Holds a line of a chart.
 *
 * @param chart what the chart shows
 * @param line what the line is of
 * @param values one value per epoch, from the first epoch on
 */
@JsonPropertyOrder({"chart", "line", "values"})
public record Curve(String chart, String line, double... values) {

  /** Refuses null for the names, and keeps a copy of the values. */
  public Curve {
    Objects.requireNonNull(chart, "a curve must name its chart");
    Objects.requireNonNull(line, "a curve must name its line");
    values = values.clone();
  }
}
