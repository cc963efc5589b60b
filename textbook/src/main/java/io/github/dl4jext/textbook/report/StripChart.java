package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import io.github.dl4jext.textbook.api.Distribution;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.report.Verdicts.Compared;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Draws figures in rows above one axis: a dot per seed, a bar at their mean, and, where the book's
 * figures are about these images, the book's figure and the spread of many seeds that were run
 * elsewhere.
 */
final class StripChart {

  /** A line of the chart. */
  record Row(String label, Compared figure) {}

  private static final int WIDTH = 390;
  private static final int LETTER = 7;
  private static final String WIDE = "mwMW@%";
  private static final String NARROW = "fijlrt.,:;'|!() ";
  private static final int LONGEST_BESIDE = 28;
  private static final int ROW_BESIDE = 26;
  private static final int ROW_BELOW = 42;
  private static final int AXIS = 26;
  private static final int TICK_TEXT = 17;
  private static final int TICK_WIDTH = 56;
  private static final int MOST_TICKS = 6;
  private static final int RADIUS = 4;

  private final String title;
  private final List<Row> rows;
  private final boolean besideBook;
  private final Scale scale;
  private final boolean labelsBeside;
  private final int left;
  private final int right;
  private final StringBuilder svg = new StringBuilder();

  /**
   * @param besideBook whether the book's figures are about these images, and shown
   */
  StripChart(String title, List<Row> rows, boolean besideBook) {
    this.title = title;
    this.rows = rows;
    this.besideBook = besideBook;
    this.scale = Scale.of(rows.stream().flatMapToDouble(this::shown));
    int longest = rows.stream().mapToInt(row -> row.label.length()).max().orElse(0);
    this.labelsBeside = longest <= LONGEST_BESIDE;
    int widest = rows.stream().mapToInt(row -> width(row.label)).max().orElse(0);
    this.left = labelsBeside && longest > 0 ? widest + 14 : 8;
    int values = rows.stream().mapToInt(row -> mean(row).length()).max().orElse(0);
    this.right = WIDTH - 20 - LETTER * values;
  }

  /** An estimate of a label's width in pixels, wide enough for the fonts of any system. */
  private static int width(String label) {
    return label.chars().map(c -> WIDE.indexOf(c) >= 0 ? 12 : NARROW.indexOf(c) >= 0 ? 5 : 8).sum();
  }

  private DoubleStream shown(Row row) {
    DoubleStream own = DoubleStream.of(row.figure.values());
    if (!besideBook) {
      return own;
    }
    Stream<Double> book = Stream.ofNullable(row.figure.figure().book());
    Stream<Double> many =
        Stream.ofNullable(row.figure.figure().distribution())
            .flatMap(of -> Stream.of(of.mean() - of.deviation(), of.mean() + of.deviation()));
    return DoubleStream.concat(own, Stream.concat(book, many).mapToDouble(value -> value));
  }

  String toSvg() {
    int row = labelsBeside ? ROW_BESIDE : ROW_BELOW;
    int bottom = row * rows.size() + 4;
    svg.append(
        """
        <svg class="strip" role="img" viewBox="0 0 %d %d">
        <title>%s</title>
        <desc>%s</desc>
        """
            .formatted(WIDTH, bottom + AXIS, escapeXml10(title), escapeXml10(inWords())));
    int ticks = ticks();
    for (double tick : scale.ticks(ticks)) {
      String label = scale.label(tick, ticks);
      // A label at the edge is moved inwards.
      double half = label.length() * LETTER / 2.0;
      double middle = Math.min(Math.max(place(tick), half), WIDTH - half);
      add("<path class=\"grid\" d=\"M%s 4V%d\"/>", x(tick), bottom);
      add(
          "<text class=\"tick\" text-anchor=\"middle\" x=\"%s\" y=\"%d\">%s</text>",
          text(middle), bottom + TICK_TEXT, label);
    }
    for (int i = 0; i < rows.size(); i++) {
      draw(rows.get(i), row * i, row);
    }
    return svg.append("</svg>").toString();
  }

  /** The number of ticks to ask for: as many as there is room for, but enough to get two. */
  private int ticks() {
    int ticks = Math.max(1, (right - left) / TICK_WIDTH);
    while (ticks < MOST_TICKS && scale.ticks(ticks).size() < 2) {
      ticks++;
    }
    return ticks;
  }

  private void draw(Row row, int top, int height) {
    double y = top + height - ROW_BESIDE / 2.0 + 2;
    if (!row.label.isEmpty()) {
      add(
          labelsBeside
              ? "<text text-anchor=\"end\" x=\"%d\" y=\"%s\">%s</text>"
              : "<text x=\"%d\" y=\"%s\">%s</text>",
          labelsBeside ? left - 10 : left,
          labelsBeside ? y + 4 : y - 15,
          escapeXml10(row.label));
    }
    add("<path class=\"track\" d=\"M%d %sH%d\"/>", left, y, right);
    if (besideBook) {
      drawOthers(row.figure.figure(), y);
    }
    double[] values = row.figure.values();
    for (int i = 0; i < values.length; i++) {
      if (scale.shows(values[i])) {
        add(
            "<circle class=\"seed\" cx=\"%s\" cy=\"%s\" r=\"%d\"><title>seed %d: %s</title></circle>",
            x(values[i]), y, RADIUS, row.figure.seeds()[i], NumberText.text(values[i]));
      }
    }
    if (values.length > 1 && scale.shows(row.figure.mean())) {
      add(
          "<path class=\"mean\" d=\"M%s %sv16\"><title>mean of %d seeds: %s</title></path>",
          x(row.figure.mean()), y - 8, values.length, ReportTables.ours(row.figure));
    }
    add(
        "<text class=\"value\" text-anchor=\"end\" x=\"%d\" y=\"%s\">%s</text>",
        WIDTH - 4, y + 4, mean(row));
  }

  private void drawOthers(Figure figure, double y) {
    Distribution many = figure.distribution();
    if (many != null) {
      double from = place(many.mean() - many.deviation());
      double to = place(many.mean() + many.deviation());
      add(
          "<g class=\"many\"><rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"14\"/><path d=\"M%s %sv14\"/><title>%s</title></g>",
          text(from), y - 7, text(to - from), x(many.mean()), y - 7, escapeXml10(inWords(many)));
    }
    if (figure.book() != null) {
      add(
          "<path class=\"book\" d=\"M%s %sl6 6l-6 6l-6-6z\"><title>book: %s</title></path>",
          x(figure.book()), y - 6, NumberText.text(figure.book()));
    }
  }

  private static String mean(Row row) {
    return NumberText.text(row.figure.mean());
  }

  /** The result of many seeds that were run elsewhere. */
  static String inWords(Distribution many) {
    return "%s, %d seeds: %s ± %s"
        .formatted(
            many.of(),
            many.seeds(),
            NumberText.text(many.mean()),
            NumberText.rounded(many.deviation(), 2));
  }

  private String inWords() {
    return rows.stream().map(this::inWords).collect(Collectors.joining("; "));
  }

  private String inWords(Row row) {
    Figure figure = row.figure.figure();
    String ours = (row.label.isEmpty() ? title : row.label) + " " + ReportTables.ours(row.figure);
    if (!besideBook) {
      return ours;
    }
    String book = figure.book() == null ? null : "book: " + NumberText.text(figure.book());
    String many = figure.distribution() == null ? null : inWords(figure.distribution());
    return Stream.of(ours, book, many).filter(Objects::nonNull).collect(Collectors.joining(", "));
  }

  private String x(double value) {
    return text(place(value));
  }

  private double place(double value) {
    return left + 8 + scale.place(value) * (right - left - 16);
  }

  private static String text(double pixels) {
    return String.format(Locale.ROOT, "%.1f", pixels);
  }

  private void add(String element, Object... parts) {
    svg.append(String.format(Locale.ROOT, element, parts)).append('\n');
  }
}
