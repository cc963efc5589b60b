package io.github.dl4jext.plots;

import java.util.List;
import java.util.Locale;

/** The surface that a chart is drawn on. Coordinates are pixels from the upper left corner. */
interface Canvas {

  /**
   * The parts of a chart other than its lines, with their colours on light and on dark background.
   */
  enum Look {
    PAPER("#ffffff", "#171b21"),
    TITLE("#1f2328", "#e6edf3"),
    TEXT("#1f2328", "#e6edf3"),
    SOFT("#59636e", "#9aa4af"),
    GRID("#dfe4e9", "#2d343d"),
    AXIS("#8b949e", "#6e7781"),
    MARK("#59636e", "#9aa4af");

    private final String onLight;
    private final String onDark;

    Look(String onLight, String onDark) {
      this.onLight = onLight;
      this.onDark = onDark;
    }

    String colour(boolean dark) {
      return dark ? onDark : onLight;
    }

    /** The name as a CSS class. */
    String css() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The part of a text that is placed at x. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** The font size of all text, in pixels. */
  double FONT = 13;

  /** Fills the background. */
  void paper(double width, double height);

  /** Writes a text with its base line at y. */
  void text(Look look, double x, double y, Anchor anchor, String text);

  /** Writes a text that runs upwards, with its middle at y. */
  void upwards(double x, double y, String text);

  /** Draws straight lines: x and y of their start, x and y of their end. */
  void straight(Look look, List<double[]> lines);

  /**
   * Draws a line of the chart.
   *
   * @param index the number of its name, which decides its colour and its dashes
   * @param name its name
   * @param strokes for each stroke, x and y of its points in turn; a stroke of one point is a dot
   */
  void line(int index, String name, List<double[]> strokes);
}
