package io.github.dl4jext.textbook;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;

/** How numbers are written for people. */
final class Figures {

  private Figures() {}

  /** Four digits, or all those of a whole number. */
  static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : rounded(value, 4);
  }

  /** So many significant digits. */
  static String rounded(double value, int digits) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(digits));
    boolean plain = Math.abs(value) >= 1e-4 && Math.abs(value) < 1e9;
    return plain ? rounded.toPlainString() : rounded.toString();
  }

  /** Seconds below two minutes, then minutes. */
  static String text(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds < 120 ? seconds + " s" : Math.round(seconds / 60.0) + " min";
  }
}
