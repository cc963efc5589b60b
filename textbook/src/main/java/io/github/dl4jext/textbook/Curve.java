package io.github.dl4jext.textbook;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A line of a chart: an object of {@code curves.json}, with these very keys.
 *
 * <p>As in {@link Result}, values that are no number are the texts {@code "NaN"}, {@code
 * "Infinity"} and {@code "-Infinity"}.
 *
 * @param data the images: {@code embedded}, {@code fashion-mnist}, or the folder
 * @param chart what y is
 * @param line what the line is of
 * @param values one per epoch, from the first on
 */
@JsonPropertyOrder({"experiment", "data", "seed", "chart", "line", "values"})
record Curve(
    String experiment, String data, long seed, String chart, String line, double... values) {

  /** Whether the texts and the values are there: of what a file says, one can be null. */
  boolean isComplete() {
    return experiment != null && data != null && chart != null && line != null && values != null;
  }

  RunId run() {
    return new RunId(experiment, data, seed);
  }

  boolean sameLine(Curve other) {
    return chart.equals(other.chart) && line.equals(other.line);
  }
}
