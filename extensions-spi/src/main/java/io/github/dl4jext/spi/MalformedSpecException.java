package io.github.dl4jext.spi;

/**
 * Thrown for a spec that does not follow the grammar of {@link Plugins}. The message shows the spec
 * with a mark under the offending position; of a long spec, it shows only the text around that
 * position.
 */
public final class MalformedSpecException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** How much of the spec is shown on either side of the fault. */
  private static final int AROUND = 60;

  private final int position;

  MalformedSpecException(String spec, int position, String expected) {
    super(message(spec, position, expected));
    this.position = position;
  }

  private static String message(String spec, int position, String expected) {
    int from = Math.max(0, position - AROUND);
    int to = Math.min(spec.length(), position + AROUND);
    String before = (from > 0 ? "..." : "") + Shown.oneLine(spec.substring(from, position));
    String after = Shown.oneLine(spec.substring(position, to)) + (to < spec.length() ? "..." : "");
    return String.join(
        System.lineSeparator(),
        "malformed spec at position "
            + position
            + ": expected "
            + Shown.cut(expected, Shown.VALUE)
            + ", found "
            + found(spec, position),
        "  " + before + after,
        "  " + " ".repeat(before.length()) + "^");
  }

  private static String found(String spec, int position) {
    return position < spec.length() ? "'" + spec.charAt(position) + "'" : "the end";
  }

  /**
   * Where the spec went wrong.
   *
   * @return the index of the first character that does not fit, from 0; the spec's length if it
   *     ends too early
   */
  public int position() {
    return position;
  }
}
