package io.github.dl4jext.plots;

import java.util.List;

/**
 * Colours that people with any kind of colour vision can distinguish, after Okabe and Ito; where
 * there are more lines than colours, dashes distinguish them.
 *
 * @see <a href="https://jfly.uni-koeln.de/color/">Okabe, Ito: Color Universal Design</a>
 */
final class Palette {

  /**
   * The colours on a light background, without the set's yellow and black, which do not suit lines.
   */
  private static final List<String> ON_LIGHT =
      List.of("#0072b2", "#d55e00", "#009e73", "#b8578f", "#c98a00", "#3a9bd0");

  private static final List<String> ON_DARK =
      List.of("#4ba3dd", "#f0803c", "#1fbf92", "#dd92bd", "#e9b03a", "#8cd0f5");

  private static final List<float[]> DASHES =
      List.of(new float[0], new float[] {7, 5}, new float[] {1, 5});

  /** The number of colours. */
  static final int INKS = ON_LIGHT.size();

  private Palette() {}

  /** The number of a line's colour. */
  static int ink(int line) {
    return line % INKS;
  }

  static String colour(int ink, boolean dark) {
    return (dark ? ON_DARK : ON_LIGHT).get(ink);
  }

  /** The lengths of dash and gap; none for a solid line. */
  static float[] dashes(int line) {
    return DASHES.get(line / INKS % DASHES.size());
  }
}
