package io.github.dl4jext.keras;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one dictionary of a file, with one message that says where the dictionary
 * stands if a field is not what it must be.
 *
 * @param place what the dictionary describes, as messages name it
 * @param values the fields as JSON has them
 */
record KerasFields(String place, Map<String, @Nullable Object> values) {

  static KerasFields of(String place, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new KerasImportException(place + " must be a dictionary, was " + shown(value));
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((name, field) -> fields.put(String.valueOf(name), field));
    return new KerasFields(place, fields);
  }

  /** Whether a field is there and not null, which Keras writes for what is not set. */
  boolean has(String name) {
    return values.get(name) != null;
  }

  Set<String> names() {
    return values.keySet();
  }

  @Nullable Object get(String name) {
    return values.get(name);
  }

  double number(String name) {
    if (values.get(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(name, "a number");
  }

  double number(String name, double orElse) {
    return has(name) ? number(name) : orElse;
  }

  int whole(String name) {
    double number = number(name);
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw wrong(name, "a whole number");
    }
    return (int) number;
  }

  int whole(String name, int orElse) {
    return has(name) ? whole(name) : orElse;
  }

  boolean flag(String name, boolean orElse) {
    if (!has(name)) {
      return orElse;
    }
    if (values.get(name) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, "true or false");
  }

  String text(String name) {
    if (values.get(name) instanceof String text) {
      return text;
    }
    throw wrong(name, "text");
  }

  String text(String name, String orElse) {
    return has(name) ? text(name) : orElse;
  }

  List<@Nullable Object> list(String name) {
    return list(place + ": " + name, values.get(name));
  }

  List<Double> numbers(String name) {
    List<Double> numbers = new ArrayList<>();
    for (Object element : list(name)) {
      if (!(element instanceof Number number)) {
        throw wrong(name, "a list of numbers");
      }
      numbers.add(number.doubleValue());
    }
    return numbers;
  }

  KerasFields object(String name) {
    return of(place + ": " + name, values.get(name));
  }

  static List<@Nullable Object> list(String place, @Nullable Object value) {
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    throw new KerasImportException(place + " must be a list, was " + shown(value));
  }

  private KerasImportException wrong(String name, String rule) {
    return new KerasImportException(
        place + ": " + name + " must be " + rule + ", was " + shown(values.get(name)));
  }

  /** A value in a message, which is no longer than a line. */
  static String shown(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
