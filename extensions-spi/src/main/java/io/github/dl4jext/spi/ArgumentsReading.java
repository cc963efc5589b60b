package io.github.dl4jext.spi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Converts the arguments given for a plugin, and reports all their faults at once. */
final class ArgumentsReading {

  /** The most unknown names that are reported. */
  private static final int MOST = 50;

  private final Plugin<?> plugin;
  private final Map<String, ?> given;
  private final Arguments.Source source;
  private final Plugins plugins;
  private final List<String> problems = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();

  private ArgumentsReading(
      Plugin<?> plugin, Map<String, ?> given, Arguments.Source source, Plugins plugins) {
    this.plugin = plugin;
    this.given = given;
    this.source = source;
    this.plugins = plugins;
  }

  /**
   * The values by parameter, complete.
   *
   * @param source whether names and types are exact, and what may be missing
   * @param plugins makes the values that are given as specs
   */
  static Map<String, Object> read(
      Plugin<?> plugin, Map<String, ?> given, Arguments.Source source, Plugins plugins) {
    return new ArgumentsReading(plugin, given, source, plugins).read();
  }

  /** What is given for a parameter, in any spelling of its name. */
  static Stream<? extends Map.Entry<String, ?>> find(String parameter, Map<String, ?> given) {
    return given.entrySet().stream()
        .filter(entry -> entry.getKey() != null && alike(entry.getKey(), parameter));
  }

  private static boolean alike(String name, String parameter) {
    // a longer name could only have more separators, which nobody writes
    return name.length() <= 2 * parameter.length() + 2
        && Names.key(name).equals(Names.key(parameter));
  }

  private Map<String, Object> read() {
    Map<String, @Nullable Object> named = named();
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter<?> parameter : plugin.parameters()) {
      value(parameter, named).ifPresent(value -> values.put(parameter.name(), value));
    }
    problems.addAll(unknown);
    if (!problems.isEmpty()) {
      throw new InvalidArgumentException(problems);
    }
    return values;
  }

  /** What is given, by the parameters' own names. */
  private Map<String, @Nullable Object> named() {
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : given.entrySet()) {
      String name = String.valueOf(entry.getKey());
      Optional<String> parameter = parameter(name);
      if (parameter.isEmpty()) {
        unknown(name, entry.getValue());
      } else if (named.containsKey(parameter.get())) {
        problem(parameter.get(), "given once", "given again as " + Shown.value(entry.getValue()));
      } else {
        named.put(parameter.get(), entry.getValue());
      }
    }
    return named;
  }

  private Optional<String> parameter(String name) {
    List<String> names = plugin.parameters().stream().map(Parameter::name).toList();
    if (names.contains(name)) {
      return Optional.of(name);
    }
    if (isStored()) {
      return Optional.empty();
    }
    if (name.equals(Spec.UNNAMED)) {
      List<String> required = required();
      return required.size() == 1 ? Optional.of(required.get(0)) : Optional.empty();
    }
    return names.stream().filter(parameter -> alike(name, parameter)).findFirst();
  }

  private List<String> required() {
    return plugin.parameters().stream()
        .filter(parameter -> parameter.defaultValue().isEmpty())
        .<String>map(Parameter::name)
        .toList();
  }

  private void unknown(String name, @Nullable Object value) {
    if (unknown.size() == MOST) {
      return;
    }
    List<String> known = plugin.parameters().stream().map(Parameter::name).toList();
    List<String> nearest = Names.nearest(name, known);
    boolean unnamed = name.equals(Spec.UNNAMED);
    String rule =
        known.isEmpty()
            ? "left out, as there are no parameters"
            : unnamed
                ? "given by name, as one of " + known
                : "one of its parameters "
                    + known
                    + (nearest.isEmpty()
                        ? ""
                        : " (did you mean " + String.join(", ", nearest) + "?)");
    unknown.add(
        InvalidArgumentException.problem(
            plugin.name(), unnamed ? "the first argument" : name, rule, Shown.value(value)));
  }

  private <T> Optional<T> value(Parameter<T> parameter, Map<String, @Nullable Object> named) {
    if (!named.containsKey(parameter.name())) {
      Optional<T> otherwise = parameter.defaultValue();
      if (otherwise.isEmpty() || !mayBeLeftOut(otherwise.get())) {
        problem(parameter.name(), parameter.rule(), "not given");
      }
      return otherwise;
    }
    Object raw = named.get(parameter.name());
    if (isStored() && !parameter.isStored(raw)) {
      problem(parameter.name(), parameter.rule(), Shown.value(raw));
      return Optional.empty();
    }
    try {
      Optional<T> value = parameter.convert(raw, plugins);
      if (value.isEmpty()) {
        problem(parameter.name(), parameter.rule(), given(raw));
      } else if (!parameter.accepts(value.get())) {
        problem(parameter.name(), parameter.rule(value.get()), Shown.value(value.get()));
      }
      return value;
    } catch (InvalidArgumentException nested) {
      problems.addAll(nested.problems());
    } catch (IllegalArgumentException nested) {
      String reason = String.valueOf(nested.getMessage()).lines().findFirst().orElse("");
      problem(parameter.name(), parameter.rule(), given(raw) + ": " + Shown.cut(reason, 300));
    }
    return Optional.empty();
  }

  private boolean isStored() {
    return source != Arguments.Source.USER;
  }

  private boolean mayBeLeftOut(Object otherwise) {
    return switch (source) {
      case USER -> true;
      case STORED -> otherwise.equals(Optional.empty());
      case STORED_WHOLE -> false;
    };
  }

  /** Shows a number in one way, whether it was given as a number or as text. */
  private static String given(@Nullable Object raw) {
    return raw instanceof CharSequence text
        ? WrittenNumber.parse(text).map(Shown::value).orElseGet(() -> Shown.value(raw))
        : Shown.value(raw);
  }

  private void problem(String parameter, String rule, String was) {
    problems.add(InvalidArgumentException.problem(plugin.name(), parameter, rule, was));
  }
}
