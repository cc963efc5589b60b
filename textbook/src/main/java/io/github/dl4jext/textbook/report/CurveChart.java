package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Draws lines over the epochs: the mean over the seeds, and thin lines for the single seeds. The
 * values of an epoch are shown under the mouse.
 */
final class CurveChart {

  /**
   * Holds a line of the chart.
   *
   * @param name what the line is of
   * @param ofSeeds the values of each seed, from the first epoch on
   */
  record Line(String name, List<double[]> ofSeeds) {

    /** The mean over the seeds, up to the last epoch that all of them have. */
    double[] mean() {
      int epochs = ofSeeds.stream().mapToInt(values -> values.length).min().orElse(0);
      return IntStream.range(0, epochs)
          .mapToDouble(
              i -> ofSeeds.stream().mapToDouble(values -> values[i]).average().orElse(Double.NaN))
          .toArray();
    }
  }

  /** The number of colours in the style; further lines are distinguished by dashes. */
  static final int INKS = 6;

  private static final int WIDTH = 400;
  private static final int HEIGHT = 250;
  private static final int LEFT = 52;
  private static final int RIGHT = WIDTH - 12;
  private static final int TOP = 10;
  private static final int BOTTOM = HEIGHT - 40;
  private static final int LABELS = 10;
  private static final int TICKS = 5;

  private final String title;
  private final List<Line> lines;
  private final int epochs;
  private final Scale scale;
  private final StringBuilder svg = new StringBuilder();

  CurveChart(String title, List<Line> lines) {
    this.title = title;
    this.lines = lines;
    this.epochs = lines.stream().mapToInt(line -> line.mean().length).max().orElse(0);
    this.scale =
        Scale.of(
            lines.stream().flatMap(line -> line.ofSeeds.stream()).flatMapToDouble(Arrays::stream));
  }

  /** The style class with the colour and dashes of a line. */
  static String ink(int line) {
    return "ink" + line % INKS + (line < INKS ? "" : " dash" + Math.min(line / INKS, 2));
  }

  String toSvg() {
    svg.append(
        """
        <svg class="curves" role="img" viewBox="0 0 %d %d">
        <title>%s</title>
        <desc>%s</desc>
        """
            .formatted(WIDTH, HEIGHT, escapeXml10(title), escapeXml10(inWords())));
    drawAxes();
    for (int i = 0; i < lines.size(); i++) {
      draw(lines.get(i), ink(i));
    }
    for (int epoch = 0; epoch < epochs; epoch++) {
      drawValues(epoch);
    }
    return svg.append("</svg>").toString();
  }

  private void drawAxes() {
    for (double tick : scale.ticks(TICKS)) {
      add("<path class=\"grid\" d=\"M%d %sH%d\"/>", LEFT, y(tick), RIGHT);
      add(
          "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"%s\">%s</text>",
          LEFT - 8, text(place(tick) + 4), scale.label(tick, TICKS));
    }
    int step = Math.max(1, (int) Math.ceil(epochs / (double) LABELS));
    for (int epoch = 0; epoch < epochs; epoch += epoch == 0 && step > 1 ? step - 1 : step) {
      add(
          "<text class=\"tick\" text-anchor=\"middle\" x=\"%s\" y=\"%d\">%d</text>",
          x(epoch), BOTTOM + 18, epoch + 1);
    }
    add("<path class=\"axis\" d=\"M%d %dH%d\"/>", LEFT, BOTTOM, RIGHT);
    add(
        "<text class=\"tick\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">epoch</text>",
        (LEFT + RIGHT) / 2, HEIGHT - 5);
  }

  private void draw(Line line, String ink) {
    if (line.ofSeeds.size() > 1) {
      line.ofSeeds.forEach(values -> stroke("seeds " + ink, line.name, values));
    }
    stroke("line " + ink, line.name, line.mean());
  }

  /**
   * Draws a line, with a gap where the axis cannot show a value; a value between two gaps becomes a
   * dot.
   */
  private void stroke(String style, String name, double[] values) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      if (scale.shows(values[i])) {
        boolean goesOn = i > 0 && scale.shows(values[i - 1]);
        path.append(goesOn ? "L" : "M").append(x(i)).append(' ').append(y(values[i]));
        if (!goesOn && (i + 1 == values.length || !scale.shows(values[i + 1]))) {
          path.append("h0");
        }
      }
    }
    if (path.length() > 0) {
      add("<path class=\"%s\" d=\"%s\"><title>%s</title></path>", style, path, escapeXml10(name));
    }
  }

  private void drawValues(int epoch) {
    double width = epochs == 1 ? RIGHT - LEFT : (RIGHT - LEFT) / (double) (epochs - 1);
    double from = Math.max(LEFT, at(epoch) - width / 2);
    double to = Math.min(RIGHT, at(epoch) + width / 2);
    String values =
        lines.stream()
            .filter(line -> epoch < line.mean().length)
            .map(line -> line.name + ": " + NumberText.text(line.mean()[epoch]))
            .collect(Collectors.joining("\n"));
    add(
        "<rect class=\"hover\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\"><title>epoch %d\n%s</title></rect>",
        text(from), TOP, text(to - from), BOTTOM - TOP, epoch + 1, escapeXml10(values));
  }

  private String inWords() {
    return lines.stream().map(CurveChart::inWords).collect(Collectors.joining("; "));
  }

  private static String inWords(Line line) {
    double[] mean = line.mean();
    if (mean.length == 0) {
      return line.name + ": no epochs";
    }
    String first = line.name + ": " + NumberText.text(mean[0]) + " after epoch 1";
    return mean.length == 1
        ? first
        : first
            + ", "
            + NumberText.text(mean[mean.length - 1])
            + " after epoch "
            + mean.length
            + ", at most "
            + NumberText.text(DoubleStream.of(mean).max().orElse(Double.NaN));
  }

  private String x(int epoch) {
    return text(at(epoch));
  }

  private double at(int epoch) {
    return epochs == 1
        ? (LEFT + RIGHT) / 2.0
        : LEFT + epoch * (RIGHT - LEFT) / (double) (epochs - 1);
  }

  private String y(double value) {
    return text(place(value));
  }

  private double place(double value) {
    return BOTTOM - scale.place(value) * (BOTTOM - TOP);
  }

  private static String text(double pixels) {
    return String.format(Locale.ROOT, "%.1f", pixels);
  }

  private void add(String element, Object... parts) {
    svg.append(String.format(Locale.ROOT, element, parts)).append('\n');
  }
}
