package io.github.dl4jext.spi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Converts what is given for a plugin, and reports everything that is wrong with it at once. */
final class ArgumentsReading {

  private final Plugin<?> plugin;
  private final Map<String, ?> given;
  private final boolean stored;
  private final Plugins plugins;
  private final List<String> problems = new ArrayList<>();

  private ArgumentsReading(
      Plugin<?> plugin, Map<String, ?> given, boolean stored, Plugins plugins) {
    this.plugin = plugin;
    this.given = given;
    this.stored = stored;
    this.plugins = plugins;
  }

  /**
   * The values by parameter, complete.
   *
   * @param stored whether they come from storage, so that defaults are not filled in
   * @param plugins make those that are specs
   */
  static Map<String, Object> read(
      Plugin<?> plugin, Map<String, ?> given, boolean stored, Plugins plugins) {
    return new ArgumentsReading(plugin, given, stored, plugins).read();
  }

  private Map<String, Object> read() {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Parameter<?> parameter : plugin.parameters()) {
      value(parameter).ifPresent(value -> values.put(parameter.name(), value));
    }
    List<String> known = plugin.parameters().stream().map(Parameter::name).toList();
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        String rule =
            known.isEmpty()
                ? "left out, as there are no parameters"
                : "one of its parameters " + known;
        problem(name, rule, Parameter.show(given.get(name)));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidArgumentException(problems);
    }
    return values;
  }

  private Optional<?> value(Parameter<?> parameter) {
    if (!given.containsKey(parameter.name())) {
      Optional<?> otherwise = parameter.defaultValue();
      if (otherwise.isEmpty() || stored && !Optional.empty().equals(otherwise.get())) {
        problem(parameter.name(), parameter.rule(), "not given");
      }
      return otherwise;
    }
    Object raw = given.get(parameter.name());
    try {
      Optional<?> value = parameter.read(raw, plugins);
      if (value.isEmpty()) {
        problem(parameter.name(), parameter.rule(), Parameter.show(raw));
      }
      return value;
    } catch (InvalidArgumentException nested) {
      problems.addAll(nested.problems());
      return Optional.empty();
    }
  }

  private void problem(String parameter, String rule, String was) {
    problems.add(InvalidArgumentException.problem(plugin.name(), parameter, rule, was));
  }
}
