package io.github.dl4jext.textbook.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A line of a chart.
 *
 * @param chart what y is
 * @param line what the line is of
 * @param values one per epoch, from the first on
 */
@JsonPropertyOrder({"chart", "line", "values"})
public record Curve(String chart, String line, double... values) {

  public boolean sameLine(Curve other) {
    return chart.equals(other.chart) && line.equals(other.line);
  }

  public boolean isComplete() {
    return chart != null && line != null && values != null;
  }
}
