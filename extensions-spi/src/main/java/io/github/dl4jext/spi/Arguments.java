package io.github.dl4jext.spi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values for a plugin's parameters: converted, within their ranges, defaults filled in. Made by
 * {@link Plugins}, read by {@link Plugin#create}.
 */
public final class Arguments {

  private final String plugin;
  private final Map<String, Object> values;

  private Arguments(String plugin, Map<String, Object> values) {
    this.plugin = plugin;
    this.values = values;
  }

  /**
   * The value of a parameter.
   *
   * @param parameter one of the plugin's {@link Plugin#parameters()}
   * @param <T> the parameter's type
   * @return the value, never null
   * @throws IllegalStateException if the plugin does not declare the parameter
   */
  @SuppressWarnings("unchecked") // each value was put in by the parameter of that name
  public <T> T get(Parameter<T> parameter) {
    Object value = values.get(parameter.name());
    if (value == null) {
      throw new IllegalStateException(
          plugin + ": " + parameter.name() + " is read by create() but not among parameters()");
    }
    return (T) value;
  }

  /** Converts everything given and reports everything wrong with it at once. */
  static Arguments read(Plugin<?> plugin, Map<String, ?> given, Plugins plugins) {
    List<String> problems = new ArrayList<>();
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter<?> parameter : plugin.parameters()) {
      value(plugin, parameter, given, plugins, problems)
          .ifPresent(value -> values.put(parameter.name(), value));
    }
    List<String> known = plugin.parameters().stream().map(Parameter::name).toList();
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        problems.add(unknown(plugin, name, given.get(name), known));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidArgumentException(problems);
    }
    return new Arguments(plugin.name(), values);
  }

  private static Optional<?> value(
      Plugin<?> plugin,
      Parameter<?> parameter,
      Map<String, ?> given,
      Plugins plugins,
      List<String> problems) {
    if (!given.containsKey(parameter.name())) {
      if (parameter.defaultValue().isEmpty()) {
        problems.add(
            InvalidArgumentException.problem(
                plugin.name(), parameter.name(), parameter.rule(), "not given"));
      }
      return parameter.defaultValue();
    }
    Object raw = given.get(parameter.name());
    try {
      Optional<?> value = parameter.read(raw, plugins);
      if (value.isEmpty()) {
        problems.add(
            InvalidArgumentException.problem(
                plugin.name(), parameter.name(), parameter.rule(), Parameter.show(raw)));
      }
      return value;
    } catch (InvalidArgumentException nested) {
      problems.addAll(nested.problems());
      return Optional.empty();
    }
  }

  private static String unknown(Plugin<?> plugin, String name, Object value, List<String> known) {
    String rule =
        known.isEmpty() ? "left out, as there are no parameters" : "one of its parameters " + known;
    return InvalidArgumentException.problem(plugin.name(), name, rule, Parameter.show(value));
  }
}
