package io.github.dl4jext.spi;

/**
 * A spec that does not follow the grammar of {@link Plugins}. The message shows the spec with a
 * mark under the offending position.
 */
public final class MalformedSpecException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final int position;

  MalformedSpecException(String spec, int position, String expected) {
    super(
        String.format(
            "malformed spec at position %d: expected %s, found %s%n  %s%n  %s^",
            position, expected, found(spec, position), spec, " ".repeat(position)));
    this.position = position;
  }

  private static String found(String spec, int position) {
    return position < spec.length() ? "'" + spec.charAt(position) + "'" : "the end";
  }

  /**
   * Where the spec went wrong.
   *
   * @return the index of the first character that does not fit, from 0; the length at the end
   */
  public int position() {
    return position;
  }
}
