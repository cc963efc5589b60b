package io.github.dl4jext.textbook.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;

/** Writes numbers for people. */
public final class NumberText {

  private NumberText() {}

  /** Four significant digits, or all the digits of a whole number below 1e9. */
  public static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : rounded(value, 4);
  }

  /**
   * Rounds a number.
   *
   * @param value the number; NaN and infinities are written as Java does
   * @param digits the number of significant digits, at least 1
   * @return plain decimals from 1e-4 to 1e9, scientific notation beyond
   */
  public static String rounded(double value, int digits) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(digits));
    boolean plain = Math.abs(value) >= 1e-4 && Math.abs(value) < 1e9;
    return plain ? rounded.toPlainString() : rounded.toString();
  }

  /** Whole seconds below two minutes, and rounded minutes from there on. */
  public static String text(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds < 120 ? seconds + " s" : Math.round(seconds / 60.0) + " min";
  }
}
