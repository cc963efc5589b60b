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
 * A row of the table of errors: what a parameter cannot be, and how the message begins and ends.
 * The rows of a plugin follow from its parameters: each is tried out of range, with other types,
 * with texts that only look like a number, and with nothing.
 *
 * @param parameter the parameter's name
 * @param value what is given for it, which it cannot be
 * @param inJson whether JSON can have the value
 * @param beginning how the line about it begins
 * @param shown the value as the line shows it
 */
public record ErrorInput(
    String parameter, @Nullable Object value, boolean inJson, String beginning, String shown) {

  private static final List<Object> ODD_NUMBERS =
      List.of(
          Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1.0, 0.0, 2.5, 1e300);

  /**
   * The table of a plugin.
   *
   * @param plugin the plugin
   * @return the rows of all its parameters, and that of a parameter which it does not have
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
   * Whether a line of a message is the one that this row wants, but for the plugin's name: a part
   * of a technique that is stored by itself may have another.
   *
   * @param line the line
   * @return true if it names the parameter and the rule, and shows the value
   */
  public boolean isToldBy(String line) {
    return line.contains(beginning.substring(beginning.indexOf(": ")))
        && (line + ":").contains(", was " + shown + ":");
  }

  /**
   * The row as an argument of a spec.
   *
   * @return the argument with its name, empty if a spec cannot have the value
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

  /** Numbers that a parameter refuses; none for one that takes no single number. */
  static <V> List<Object> numbersOutOf(Parameter<V> parameter) {
    boolean number = Number.class.isAssignableFrom(parameter.type());
    if (!number && parameter.type() != ISchedule.class) {
      return List.of();
    }
    return ODD_NUMBERS.stream().filter(Objects::nonNull).filter(n -> !fits(parameter, n)).toList();
  }

  /** Whether a number is accepted: as it is, as a whole number, or as a rate that never changes. */
  @SuppressWarnings("unchecked") // what does not fit the type throws, and is tried as another
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
