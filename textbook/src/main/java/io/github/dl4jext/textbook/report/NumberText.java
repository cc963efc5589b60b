package io.github.dl4jext.textbook.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;

/** How numbers are written for people. */
public final class NumberText {

  private NumberText() {}

  /** Four digits, or all those of a whole number. */
  public static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : rounded(value, 4);
  }

  /** So many significant digits. */
  public static String rounded(double value, int digits) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(digits));
    boolean plain = Math.abs(value) >= 1e-4 && Math.abs(value) < 1e9;
    return plain ? rounded.toPlainString() : rounded.toString();
  }

  /** Seconds below two minutes, then minutes. */
  public static String text(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds < 120 ? seconds + " s" : Math.round(seconds / 60.0) + " min";
  }
}
