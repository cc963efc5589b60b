package io.github.dl4jext.textbook;

/** A line of a chart: one value per epoch, of one run. */
record Curve(
    String experiment, String data, long seed, String chart, String line, double... values) {

  boolean sameLine(Curve other) {
    return chart.equals(other.chart) && line.equals(other.line);
  }
}
