package io.github.dl4jext.testkit;

import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * A row of the table of errors: a value that a parameter refuses, and how the message about it
 * begins and ends. The rows of a plugin are derived from its parameters: each is tried with numbers
 * out of range, with other types, with texts that only look like numbers, and with null.
 *
 * @param parameter the parameter's name
 * @param value the value that it refuses
 * @param inJson whether the value can be written in JSON
 * @param beginning how the line of the message about the parameter begins
 * @param shown the value as that line shows it
 */
public record ErrorInput(
    String parameter, @Nullable Object value, boolean inJson, String beginning, String shown) {

  private static final List<Object> ODD_NUMBERS =
      List.of(
          Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1.0, 0.0, 2.5, 1e300);

  /**
   * Makes the table of a plugin.
   *
   * @param plugin the plugin
   * @return the rows of all its parameters, and a row of a parameter that it does not have
   */
  public static List<ErrorInput> of(Plugin<?> plugin) {
    List<ErrorInput> rows = new ArrayList<>();
    for (Parameter<?> parameter : plugin.parameters()) {
      String beginning = plugin.name() + ": " + parameter.name() + " must be " + parameter.rule();
      for (Object number : numbersOutOf(parameter)) {
        boolean finite = Double.isFinite((Double) number);
        boolean whole =
            parameter.type() == Integer.class && (Double) number == ((Double) number).intValue();
        String shown = whole ? "" + ((Double) number).intValue() : number.toString();
        rows.add(new ErrorInput(parameter.name(), number, finite, beginning, shown));
      }
      for (Object other : otherTypes(parameter.type())) {
        String shown = other instanceof String ? "\"" + other + "\"" : String.valueOf(other);
        rows.add(new ErrorInput(parameter.name(), other, true, beginning, shown));
      }
      rows.add(new ErrorInput(parameter.name(), Map.of(), true, beginning, "{}"));
      rows.add(new ErrorInput(parameter.name(), null, true, beginning, "null"));
    }
    String unknown = plugin.name() + ": noSuchParameter must be ";
    rows.add(new ErrorInput("noSuchParameter", 1, true, unknown, "1"));
    return rows;
  }

  /**
   * Tells whether a line of a message is the one that this row expects. The plugin's name is not
   * compared, because a part of a technique that is stored separately may have another name.
   *
   * @param line the line
   * @return true if it names the parameter and the rule, and shows the value
   */
  public boolean isToldBy(String line) {
    return line.contains(beginning.substring(beginning.indexOf(": ")))
        && (line + ":").contains(", was " + shown + ":");
  }

  /**
   * Writes the row as an argument of a spec.
   *
   * @return the argument with its name; empty if the value cannot be written in a spec
   */
  public Optional<String> inSpec() {
    return value == null || value instanceof Map
        ? Optional.empty()
        : Optional.of(parameter + "=" + (value instanceof String ? "'" + value + "'" : value));
  }

  private static List<Object> otherTypes(Class<?> type) {
    if (type == Double.class || type == Integer.class || type == ISchedule.class) {
      return List.of(true, "", "abc", "1d", "0x1p3");
    }
    if (type == Boolean.class) {
      return List.of("", "abc", 2);
    }
    if (type == List.class) {
      return List.of(true, "", "abc", 7, List.of());
    }
    return type == String.class ? List.of() : List.of(true, "", "abc", 2);
  }

  /** Returns numbers that a parameter refuses; none if it does not take a single number. */
  static <V> List<Object> numbersOutOf(Parameter<V> parameter) {
    boolean number = Number.class.isAssignableFrom(parameter.type());
    if (!number && parameter.type() != ISchedule.class) {
      return List.of();
    }
    return ODD_NUMBERS.stream().filter(Objects::nonNull).filter(n -> !fits(parameter, n)).toList();
  }

  /** Tells whether a parameter accepts a number: as it is, as an integer, or as a constant rate. */
  @SuppressWarnings("unchecked") // another type throws, and the next form is tried
  private static <V> boolean fits(Parameter<V> parameter, Object number) {
    double value = ((Number) number).doubleValue();
    boolean optional = parameter.defaultValue().filter(Optional.empty()::equals).isPresent();
    for (Object form : Arrays.asList(value, (int) value, new FixedSchedule(value))) {
      if (form instanceof Integer whole && whole != value) {
        continue;
      }
      try {
        return parameter.accepts((V) (optional ? Optional.of(form) : form));
      } catch (ClassCastException ofAnotherType) {
        continue;
      }
    }
    return false;
  }
}
