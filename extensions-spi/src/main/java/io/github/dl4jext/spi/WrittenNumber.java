package io.github.dl4jext.spi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads numbers as users write them: decimal, with an exponent if they like, or NaN and Infinity.
 */
final class WrittenNumber {

  /** More than any double needs; longer ones cost time that grows with their square. */
  private static final int MAX_LENGTH = 1100;

  private static final int MAX_BITS = 4096;

  /** Possessive, so that a text that almost is a number is refused at once. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?+(?:[0-9]++(?:\\.[0-9]*+)?+|\\.[0-9]++)(?:[eE][+-]?+[0-9]{1,4})?+");

  private WrittenNumber() {}

  /** The number, which may be NaN or infinite; empty if the text is not a number. */
  static Optional<Number> parse(CharSequence text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String number = text.toString().trim();
    return switch (number) {
      case "NaN" -> Optional.of(Double.NaN);
      case "Infinity", "+Infinity" -> Optional.of(Double.POSITIVE_INFINITY);
      case "-Infinity" -> Optional.of(Double.NEGATIVE_INFINITY);
      default ->
          NUMBER.matcher(number).matches() ? Optional.of(new BigDecimal(number)) : Optional.empty();
    };
  }

  /** Whether a number has so few digits that it can be converted quickly. */
  static boolean isShort(Number number) {
    BigInteger digits =
        number instanceof BigDecimal real
            ? real.unscaledValue()
            : number instanceof BigInteger whole ? whole : BigInteger.ZERO;
    boolean near = !(number instanceof BigDecimal real) || Math.abs((long) real.scale()) < 20_000;
    return near && digits.bitLength() <= MAX_BITS;
  }
}
