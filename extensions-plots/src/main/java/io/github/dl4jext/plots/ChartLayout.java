package io.github.dl4jext.plots;

import io.github.dl4jext.plots.Canvas.Anchor;
import io.github.dl4jext.plots.Canvas.Look;
import java.util.ArrayList;
import java.util.List;

/**
 * The positions of everything in a chart. The width of text is estimated here, and not taken from a
 * font, so that a chart has the same layout on every machine.
 */
final class ChartLayout {

  private static final String WIDE = "mwMW@%\u2026";
  private static final String NARROW = "fijlrtI.,:;'!|()[] ";
  private static final double ROW = 20;
  private static final double SAMPLE = 24;
  private static final double LEAST_PLOT = 100;

  /** An entry of the legend and its position. */
  private record Entry(int line, String name, double x, int row) {}

  private final LineChart chart;
  private final List<String> names;
  private final List<Entry> legend;
  private final double width;
  private final double height;
  private final double left;
  private final double right;
  private final double top;
  private final double bottom;

  /** A long legend makes the layout higher than {@code leastHeight}. */
  ChartLayout(LineChart chart, double width, double leastHeight) {
    this.chart = chart;
    this.width = width;
    names = chart.names();
    double labels =
        chart.yAxis().ticks().stream()
            .mapToDouble(tick -> reckon(chart.yAxis().label(tick)))
            .max()
            .orElse(0);
    left = labels + (chart.yLabel().isBlank() ? 16 : 16 + ROW);
    right = width - 18;
    top = (chart.title().isBlank() ? 14 : 14 + ROW) + (chart.markers().isEmpty() ? 0 : ROW);
    legend = legend();
    int rows = legend.isEmpty() ? 0 : legend.get(legend.size() - 1).row + 1;
    double below = 28 + (chart.xLabel().isBlank() ? 0 : ROW) + (rows == 0 ? 0 : 6 + rows * ROW);
    height = Math.max(leastHeight, top + LEAST_PLOT + below);
    bottom = height - below;
  }

  /** Places the names from left to right, in as many rows as they need. */
  private List<Entry> legend() {
    List<Entry> entries = new ArrayList<>();
    double x = left;
    int row = 0;
    for (int line = 0; line < names.size(); line++) {
      if (names.get(line).isBlank()) {
        continue;
      }
      String name = cut(names.get(line), right - left - SAMPLE - 6);
      double wide = SAMPLE + 6 + reckon(name);
      if (x > left && x + wide > right) {
        x = left;
        row++;
      }
      entries.add(new Entry(line, name, x, row));
      x += wide + 16;
    }
    return entries;
  }

  double width() {
    return width;
  }

  double height() {
    return height;
  }

  void drawOn(Canvas canvas) {
    canvas.paper(width, height);
    if (!chart.title().isBlank()) {
      canvas.text(Look.TITLE, left, 24, Anchor.START, cut(chart.title(), right - left));
    }
    drawYAxis(canvas);
    drawXAxis(canvas);
    chart.markers().forEach(marker -> draw(marker, canvas));
    boolean anything = false;
    for (Line line : chart.lines()) {
      anything |= draw(line, canvas);
    }
    if (!anything) {
      double middle = (left + right) / 2;
      canvas.text(Look.SOFT, middle, (top + bottom) / 2, Anchor.MIDDLE, LineChart.NOTHING);
    }
    legend.forEach(entry -> draw(entry, canvas));
  }

  private void drawYAxis(Canvas canvas) {
    List<double[]> grid = new ArrayList<>();
    for (double tick : chart.yAxis().ticks()) {
      double y = y(chart.yAxis().place(tick));
      grid.add(new double[] {left, y, right, y});
      canvas.text(Look.SOFT, left - 6, y + 4.5, Anchor.END, chart.yAxis().label(tick));
    }
    canvas.straight(Look.GRID, grid);
    if (!chart.yLabel().isBlank()) {
      canvas.upwards(16, (top + bottom) / 2, cut(chart.yLabel(), bottom - top));
    }
  }

  private void drawXAxis(Canvas canvas) {
    List<double[]> grid = new ArrayList<>();
    double free = 0;
    for (double tick : chart.xAxis().ticks()) {
      double x = x(chart.xAxis().place(tick));
      grid.add(new double[] {x, top, x, bottom});
      String label = chart.xAxis().label(tick);
      double half = reckon(label) / 2;
      double middle = Math.min(x, width - 4 - half);
      if (middle - half > free) {
        canvas.text(Look.SOFT, middle, bottom + 18, Anchor.MIDDLE, label);
        free = middle + half + 8;
      }
    }
    canvas.straight(Look.GRID, grid);
    canvas.straight(Look.AXIS, List.of(new double[] {left, bottom, right, bottom}));
    if (!chart.xLabel().isBlank()) {
      String label = cut(chart.xLabel(), right - left);
      canvas.text(Look.TEXT, (left + right) / 2, bottom + 18 + ROW, Anchor.MIDDLE, label);
    }
  }

  private void draw(LineChart.Marker marker, Canvas canvas) {
    double x = x(chart.xAxis().place(marker.x()));
    canvas.straight(Look.MARK, List.of(new double[] {x, top - 4, x, bottom}));
    String name = cut(marker.name(), right - left);
    double half = reckon(name) / 2;
    double middle = Math.max(left + half, Math.min(x, right - half));
    canvas.text(Look.SOFT, middle, top - 8, Anchor.MIDDLE, name);
  }

  private boolean draw(Line line, Canvas canvas) {
    List<double[]> strokes = line.strokes(chart.xAxis(), chart.yAxis(), right - left, bottom - top);
    for (double[] stroke : strokes) {
      for (int i = 0; i < stroke.length; i += 2) {
        stroke[i] = x(stroke[i]);
        stroke[i + 1] = y(stroke[i + 1]);
      }
    }
    canvas.line(names.indexOf(line.name()), line.name(), strokes);
    return !strokes.isEmpty();
  }

  private void draw(Entry entry, Canvas canvas) {
    double y = bottom + 28 + (chart.xLabel().isBlank() ? 0 : ROW) + entry.row * ROW + ROW / 2;
    double[] sample = {entry.x, y, entry.x + SAMPLE, y};
    canvas.line(entry.line, names.get(entry.line), List.of(sample));
    canvas.text(Look.TEXT, entry.x + SAMPLE + 6, y + 4.5, Anchor.START, entry.name);
  }

  private double x(double place) {
    return left + place * (right - left);
  }

  private double y(double place) {
    return bottom - place * (bottom - top);
  }

  private static double reckon(String text) {
    return text.codePoints().mapToDouble(ChartLayout::reckon).sum();
  }

  /**
   * Estimates a letter's width in a wide sans-serif font. East Asian letters are as wide as they
   * are high.
   */
  private static double reckon(int letter) {
    double high = 0.62;
    if (letter >= 0x2E80 || WIDE.indexOf(letter) >= 0) {
      high = 1;
    } else if (NARROW.indexOf(letter) >= 0) {
      high = 0.4;
    } else if (Character.isUpperCase(letter)) {
      high = 0.72;
    }
    return high * Canvas.FONT;
  }

  private static String cut(String text, double room) {
    if (reckon(text) <= room) {
      return text;
    }
    double used = reckon('\u2026');
    int end = 0;
    while (used + reckon(text.codePointAt(end)) <= room) {
      used += reckon(text.codePointAt(end));
      end = text.offsetByCodePoints(end, 1);
    }
    return text.substring(0, end) + "\u2026";
  }
}
