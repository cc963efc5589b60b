package io.github.dl4jext.spi;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of real numbers in the notation of a textbook: {@code (0, inf)}, {@code [0, 1)}. NaN is
 * in no interval, and an infinite bound is never included. A number must also be one that networks
 * can calculate with: its size is at most 1e30 and, where the interval begins above 0, at least
 * 1e-30, since floats, and products of a few of them, would overflow or become 0.
 */
record Interval(double low, boolean lowIncluded, double high, boolean highIncluded) {

  private static final Pattern NOTATION =
      Pattern.compile("([\\[(])\\s*([^,\\s]+)\\s*,\\s*([^\\])\\s]+)\\s*([\\])])");

  static final Interval FINITE = parse("(-inf, inf)");

  private static final double LARGEST = 1e30;
  private static final double SMALLEST = 1e-30;

  /** What a number must be besides being between the bounds. */
  static final String USABLE = " and of a size from 1e-30 to 1e30";

  static Interval parse(String notation) {
    Matcher m = NOTATION.matcher(notation);
    if (!m.matches()) {
      throw malformed(notation);
    }
    double low = bound(m.group(2), notation);
    double high = bound(m.group(3), notation);
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "an interval must go from low to high, was \"" + notation + "\"");
    }
    return new Interval(low, m.group(1).equals("["), high, m.group(4).equals("]"));
  }

  private static IllegalArgumentException malformed(String notation) {
    return new IllegalArgumentException(
        "an interval must look like (0, inf) or [0, 1), was \"" + notation + "\"");
  }

  private static double bound(String text, String notation) {
    try {
      return switch (text) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(text);
      };
    } catch (NumberFormatException notANumber) {
      throw malformed(notation);
    }
  }

  /** Whether a number is between the bounds, and networks can calculate with it. */
  boolean contains(double x) {
    boolean lost = low == 0 && !lowIncluded && x < SMALLEST;
    return bounds(x) && !lost && Math.abs(x) <= LARGEST;
  }

  /** Whether a number is between the bounds, whether or not networks can calculate with it. */
  boolean bounds(double x) {
    return Double.isFinite(x)
        && (lowIncluded ? x >= low : x > low)
        && (highIncluded ? x <= high : x < high);
  }

  @Override
  public String toString() {
    return (lowIncluded ? "[" : "(") + text(low) + ", " + text(high) + (highIncluded ? "]" : ")");
  }

  private static String text(double bound) {
    if (Double.isInfinite(bound)) {
      return bound > 0 ? "inf" : "-inf";
    }
    return bound == Math.rint(bound) && Math.abs(bound) < 1e15
        ? Long.toString((long) bound)
        : Double.toString(bound);
  }
}
