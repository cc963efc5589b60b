package io.github.dl4jext.plots;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Draws a chart in ASCII, so that it looks the same in every terminal and log. */
final class TextChart {

  private static final int COLUMNS = 80;
  private static final int PLOT_ROWS = 14;
  private static final int NAME_ROWS = 2;
  private static final String MARKS = "*+ox#@%&";
  private static final char MARKER = ':';

  private final LineChart chart;
  private final int labels;
  private final char[][] plot;

  TextChart(LineChart chart) {
    this.chart = chart;
    int widest =
        chart.yAxis().ticks().stream()
            .mapToInt(tick -> chart.yAxis().label(tick).length())
            .max()
            .orElse(0);
    labels = Math.min(widest, 12);
    plot = new char[PLOT_ROWS][COLUMNS - labels - 2];
    for (char[] row : plot) {
      Arrays.fill(row, ' ');
    }
  }

  /** Title, plot, x axis, its labels, its name, and two rows of names: never more than 20 rows. */
  String text() {
    List<String> rows = new ArrayList<>();
    String title =
        chart.yLabel().isBlank() ? chart.title() : chart.title() + " (" + chart.yLabel() + ")";
    if (!title.isBlank()) {
      rows.add(title);
    }
    draw();
    String[] yLabels = yLabels();
    for (int row = 0; row < PLOT_ROWS; row++) {
      rows.add(pad(yLabels[row]) + " |" + new String(plot[row]));
    }
    rows.add(pad("") + " +" + "-".repeat(columns()));
    rows.add(pad("") + "  " + xLabels());
    if (!chart.xLabel().isBlank()) {
      int indent = Math.max(0, labels + 2 + (columns() - chart.xLabel().length()) / 2);
      rows.add(" ".repeat(indent) + chart.xLabel());
    }
    names().forEach(names -> rows.add(pad("") + "  " + names));
    return rows.stream().map(TextChart::fitted).collect(Collectors.joining("\n", "", "\n"));
  }

  private int columns() {
    return plot[0].length;
  }

  private void draw() {
    for (LineChart.Marker marker : chart.markers()) {
      int column = column(chart.xAxis().place(marker.x()));
      for (char[] row : plot) {
        row[column] = MARKER;
      }
    }
    List<String> names = chart.names();
    boolean anything = false;
    for (Line line : chart.lines()) {
      char mark = mark(names.indexOf(line.name()));
      for (double[] stroke : line.strokes(chart.xAxis(), chart.yAxis(), columns(), PLOT_ROWS)) {
        anything = true;
        for (int i = 0; i < stroke.length; i += 2) {
          int from = Math.max(0, i - 2);
          join(stroke[from], stroke[from + 1], stroke[i], stroke[i + 1], mark);
        }
      }
    }
    if (!anything) {
      int length = LineChart.NOTHING.length();
      LineChart.NOTHING.getChars(0, length, plot[PLOT_ROWS / 2], (columns() - length) / 2);
    }
  }

  /** Puts a character in every column between two points, and in every row if the line is steep. */
  private void join(double x0, double y0, double x1, double y1, char mark) {
    int steps = 1 + Math.max(Math.abs(column(x1) - column(x0)), Math.abs(row(y1) - row(y0)));
    for (int i = 0; i <= steps; i++) {
      double share = (double) i / steps;
      plot[row(y0 + share * (y1 - y0))][column(x0 + share * (x1 - x0))] = mark;
    }
  }

  private int column(double place) {
    return (int) Math.round(place * (columns() - 1));
  }

  private static int row(double place) {
    return (int) Math.round((1 - place) * (PLOT_ROWS - 1));
  }

  private String[] yLabels() {
    String[] byRow = new String[PLOT_ROWS];
    Arrays.fill(byRow, "");
    for (double tick : chart.yAxis().ticks()) {
      byRow[row(chart.yAxis().place(tick))] = chart.yAxis().label(tick);
    }
    return byRow;
  }

  private String xLabels() {
    StringBuilder row = new StringBuilder();
    for (double tick : chart.xAxis().ticks()) {
      String label = chart.xAxis().label(tick);
      int start = column(chart.xAxis().place(tick)) - label.length() / 2;
      int within = Math.max(0, Math.min(start, columns() - label.length()));
      if (row.length() == 0 || within > row.length() + 1) {
        row.append(" ".repeat(within - row.length())).append(label);
      }
    }
    return row.toString();
  }

  private List<String> names() {
    List<String> entries = new ArrayList<>();
    chart.markers().forEach(marker -> entries.add(MARKER + " " + marker.name()));
    List<String> names = chart.names();
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).isBlank()) {
        entries.add(mark(i) + " " + names.get(i));
      }
    }
    List<String> rows = new ArrayList<>();
    for (String entry : entries) {
      int last = rows.size() - 1;
      String longer = last < 0 ? entry : rows.get(last) + "   " + entry;
      if (last >= 0 && (longer.length() <= columns() || rows.size() == NAME_ROWS)) {
        rows.set(last, longer);
      } else {
        rows.add(entry);
      }
    }
    return rows;
  }

  private static char mark(int name) {
    return MARKS.charAt(name % MARKS.length());
  }

  private String pad(String label) {
    String cut = label.length() <= labels ? label : label.substring(0, labels);
    return " ".repeat(labels - cut.length()) + cut;
  }

  /** Fits a text into one row, whatever characters it contains. */
  private static String fitted(String row) {
    String shown = row.replaceAll("\\p{Cntrl}", " ").stripTrailing();
    return shown.length() <= COLUMNS ? shown : shown.substring(0, COLUMNS - 3) + "...";
  }
}
