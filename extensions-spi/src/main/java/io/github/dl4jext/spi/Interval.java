package io.github.dl4jext.spi;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of real numbers in the notation of a textbook: {@code (0, inf)}, {@code [0, 1)}. NaN is
 * in no interval, and an infinite bound is never included.
 */
record Interval(double low, boolean lowIncluded, double high, boolean highIncluded) {

  private static final Pattern NOTATION =
      Pattern.compile("([\\[(])\\s*([^,\\s]+)\\s*,\\s*([^\\])\\s]+)\\s*([\\])])");

  static final Interval FINITE = parse("(-inf, inf)");

  static Interval parse(String notation) {
    Matcher m = NOTATION.matcher(notation);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "an interval must look like (0, inf) or [0, 1), was \"" + notation + "\"");
    }
    return new Interval(
        bound(m.group(2)), m.group(1).equals("["), bound(m.group(3)), m.group(4).equals("]"));
  }

  private static double bound(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  boolean contains(double x) {
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
