package io.github.dl4jext.spi;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Shows values in messages, however large or deep they are; what is left out is marked. */
final class Shown {

  /** The longest message: about a screen. */
  static final int MESSAGE = 2000;

  /** The longest line of a message of several lines. */
  static final int LINE = 700;

  /** The longest name or value. */
  static final int VALUE = 200;

  private static final int DEPTH = 5;

  private final StringBuilder text = new StringBuilder();

  private Shown() {}

  /** The text, or its start and its length if it is longer than the limit. */
  static String cut(CharSequence text, int limit) {
    if (text.length() <= limit) {
      return text.toString();
    }
    String mark = "... (" + text.length() + " characters)";
    return text.subSequence(0, limit - mark.length()) + mark;
  }

  /** A value as it is given in code: texts are quoted, lists and arrays are shown by element. */
  static String value(@Nullable Object value) {
    Shown shown = new Shown();
    shown.add(value, 0);
    return oneLine(shown.text);
  }

  static String oneLine(CharSequence text) {
    StringBuilder line = new StringBuilder(text);
    for (int i = 0; i < line.length(); i++) {
      if (Character.isISOControl(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    return line.toString();
  }

  private void add(@Nullable Object value, int depth) {
    if (value instanceof CharSequence characters) {
      text.append('"').append(cut(characters, VALUE)).append('"');
    } else if (value instanceof Optional<?> optional) {
      add(optional.orElse(null), depth);
    } else if (value instanceof Collection<?> elements) {
      addAll(elements.iterator(), depth, "[", "]");
    } else if (value instanceof Map<?, ?> map) {
      addAll(map.entrySet().iterator(), depth, "{", "}");
    } else if (value instanceof Map.Entry<?, ?> entry) {
      text.append(cut(String.valueOf(entry.getKey()), VALUE)).append('=');
      add(entry.getValue(), depth);
    } else if (value != null && value.getClass().isArray()) {
      addAll(
          IntStream.range(0, Array.getLength(value)).mapToObj(i -> Array.get(value, i)).iterator(),
          depth,
          "[",
          "]");
    } else {
      text.append(cut(one(value), VALUE));
    }
  }

  private void addAll(Iterator<?> elements, int depth, String open, String close) {
    text.append(open);
    boolean first = true;
    while (elements.hasNext()) {
      text.append(first ? "" : ", ");
      first = false;
      if (depth == DEPTH || text.length() > VALUE) {
        text.append("...");
        break;
      }
      add(elements.next(), depth + 1);
    }
    text.append(close);
  }

  private static String one(@Nullable Object value) {
    if (value instanceof Number number && !WrittenNumber.isShort(number)) {
      return "a number of thousands of digits";
    }
    if (value instanceof BigDecimal || value instanceof BigInteger) {
      double number = ((Number) value).doubleValue();
      boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
      return whole ? Long.toString((long) number) : Double.toString(number);
    }
    if (value instanceof OptionalInt some) {
      return some.isPresent() ? Integer.toString(some.getAsInt()) : "null";
    }
    if (value instanceof OptionalLong some) {
      return some.isPresent() ? Long.toString(some.getAsLong()) : "null";
    }
    if (value instanceof OptionalDouble some) {
      return some.isPresent() ? Double.toString(some.getAsDouble()) : "null";
    }
    try {
      return String.valueOf(NumberOrSchedule.shown(value));
    } catch (RuntimeException | StackOverflowError noText) {
      return "an object of " + (value == null ? "no class" : value.getClass().getName());
    }
  }
}
