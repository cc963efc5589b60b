package io.github.dl4jext.plots;

import java.util.List;
import java.util.Locale;

/** What a chart is drawn on: coordinates in pixels, from the upper left corner. */
interface Canvas {

  /** Everything but the lines, with its colour on light and on dark ground. */
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

    /** As a class of CSS. */
    String css() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which part of a text is at its place. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** Size of all letters. */
  double FONT = 13;

  /** Fills the ground. */
  void paper(double width, double height);

  /** Writes a text, its base line at y. */
  void text(Look look, double x, double y, Anchor anchor, String text);

  /** Writes a text from the bottom to the top, its middle at y. */
  void upwards(double x, double y, String text);

  /** Draws straight lines: x and y of their start, x and y of their end. */
  void straight(Look look, List<double[]> lines);

  /**
   * Draws a line of the chart.
   *
   * @param index which one, for its colour and its dashes
   * @param strokes x and y of the points of each stroke in turn; a stroke of one point is a dot
   */
  void line(int index, String name, List<double[]> strokes);
}
