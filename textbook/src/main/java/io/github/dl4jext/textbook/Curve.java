package io.github.dl4jext.textbook;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A line of a chart.
 *
 * @param chart what y is
 * @param line what the line is of
 * @param values one per epoch, from the first on
 */
@JsonPropertyOrder({"chart", "line", "values"})
record Curve(String chart, String line, double... values) {

  boolean sameLine(Curve other) {
    return chart.equals(other.chart) && line.equals(other.line);
  }

  boolean isComplete() {
    return chart != null && line != null && values != null;
  }
}
