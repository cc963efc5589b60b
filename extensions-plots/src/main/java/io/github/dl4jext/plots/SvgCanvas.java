package io.github.dl4jext.plots;

import java.util.List;
import java.util.Locale;

/**
 * Draws as SVG. Text stays text, and classes in place of colours let the reader's screen choose
 * them.
 */
final class SvgCanvas implements Canvas {

  private final StringBuilder svg = new StringBuilder();

  private SvgCanvas() {}

  /** An {@code <svg>} element. */
  static String draw(LineChart chart, ChartLayout layout) {
    SvgCanvas canvas = new SvgCanvas();
    canvas.open(chart, layout);
    layout.drawOn(canvas);
    return canvas.svg.append("</svg>").toString();
  }

  private void open(LineChart chart, ChartLayout layout) {
    String width = number(layout.width());
    String height = number(layout.height());
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"dl4jext\" role=\"img\"");
    svg.append(" width=\"" + width + "\" height=\"" + height + "\"");
    svg.append(" viewBox=\"0 0 " + width + " " + height + "\"");
    svg.append(" style=\"max-width:100%;height:auto\">\n");
    // Screen readers read this title.
    String names = String.join(", ", chart.names());
    String title = chart.title().isBlank() ? names : chart.title() + ": " + names;
    svg.append("<title>" + escaped(title) + "</title>\n");
    style(Math.min(chart.names().size(), Palette.INKS));
  }

  /**
   * All rules are below one class, because those of a picture in a page apply to the whole page.
   */
  private void style(int inks) {
    svg.append("<style>\n");
    rule("text", "font:" + number(FONT) + "px system-ui,sans-serif");
    rule(".title", "font-weight:600");
    rule("path", "fill:none");
    rule(".mark", "stroke-dasharray:3 4");
    rule(".line", "stroke-width:2;stroke-linejoin:round;stroke-linecap:round");
    colours(inks, false);
    // Only screens are dark: a printed picture is on white paper.
    svg.append("@media screen and (prefers-color-scheme:dark){\n");
    colours(inks, true);
    svg.append("}\n</style>\n");
  }

  private void colours(int inks, boolean dark) {
    for (Look look : Look.values()) {
      String property =
          switch (look) {
            case PAPER, TITLE, TEXT, SOFT -> "fill:";
            case GRID, AXIS, MARK -> "stroke:";
          };
      rule("." + look.css(), property + look.colour(dark));
    }
    for (int ink = 0; ink < inks; ink++) {
      rule(".ink" + ink, "stroke:" + Palette.colour(ink, dark));
      rule(".dot.ink" + ink, "fill:" + Palette.colour(ink, dark));
    }
  }

  private void rule(String selector, String properties) {
    svg.append(".dl4jext " + selector + "{" + properties + "}\n");
  }

  @Override
  public void paper(double width, double height) {
    svg.append("<rect class=\"paper\" width=\"100%\" height=\"100%\" rx=\"6\"/>\n");
  }

  @Override
  public void text(Look look, double x, double y, Anchor anchor, String text) {
    svg.append("<text class=\"" + look.css() + "\"");
    svg.append(" x=\"" + number(x) + "\" y=\"" + number(y) + "\"");
    if (anchor != Anchor.START) {
      svg.append(" text-anchor=\"" + anchor.name().toLowerCase(Locale.ROOT) + "\"");
    }
    svg.append(">" + escaped(text) + "</text>\n");
  }

  @Override
  public void upwards(double x, double y, String text) {
    svg.append("<text class=\"text\" text-anchor=\"middle\"");
    svg.append(" transform=\"translate(" + number(x) + " " + number(y) + ") rotate(-90)\">");
    svg.append(escaped(text) + "</text>\n");
  }

  @Override
  public void straight(Look look, List<double[]> lines) {
    StringBuilder path = new StringBuilder();
    lines.forEach(line -> append(path, line));
    svg.append("<path class=\"" + look.css() + "\" d=\"" + path + "\"/>\n");
  }

  @Override
  public void line(int index, String name, List<double[]> strokes) {
    StringBuilder path = new StringBuilder();
    for (double[] stroke : strokes) {
      if (stroke.length == 2) {
        dot(index, stroke);
      } else {
        append(path, stroke);
      }
    }
    if (path.length() > 0) {
      // The name shows when the mouse is over the line.
      svg.append("<path class=\"line ink" + Palette.ink(index) + "\"" + dashes(index));
      svg.append(" d=\"" + path + "\"><title>" + escaped(name) + "</title></path>\n");
    }
  }

  private void dot(int index, double[] at) {
    svg.append("<circle class=\"dot ink" + Palette.ink(index) + "\" r=\"2.5\"");
    svg.append(" cx=\"" + number(at[0]) + "\" cy=\"" + number(at[1]) + "\"/>\n");
  }

  private static String dashes(int index) {
    StringBuilder lengths = new StringBuilder();
    for (float length : Palette.dashes(index)) {
      lengths.append(lengths.length() == 0 ? "" : " ").append(number(length));
    }
    return lengths.length() == 0 ? "" : " stroke-dasharray=\"" + lengths + "\"";
  }

  private static void append(StringBuilder path, double[] stroke) {
    String before = "";
    for (int i = 0; i < stroke.length; i += 2) {
      String point = number(stroke[i]) + " " + number(stroke[i + 1]);
      if (!point.equals(before)) {
        path.append(i == 0 ? "M" : "L").append(point);
      }
      before = point;
    }
  }

  /** Formats a number to the tenth of a pixel, briefly, and the same in every locale. */
  private static String number(double value) {
    long tenths = Math.round(value * 10);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
  }

  /** Escapes a text, and removes the characters that XML 1.0 does not allow. */
  private static String escaped(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\t\n\r\\x7f-\\x9f]]|[\\p{Cs}\ufffe\uffff]", "")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&apos;");
  }
}
