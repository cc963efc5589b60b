package io.github.dl4jext.spi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the checks of a constructor, and reports every bad argument in one message.
 *
 * <pre>{@code
 * Checks.of("rrelu")
 *     .check(LOWER, lower)
 *     .check(UPPER, upper)
 *     .that(lower <= upper, "upper", "at least lower", upper)
 *     .done();
 * }</pre>
 */
public final class Checks {

  private final String plugin;
  private final List<String> problems = new ArrayList<>();
  private final Set<String> failed = new HashSet<>();

  private Checks(String plugin) {
    this.plugin = plugin;
  }

  /**
   * Starts the checks of one plugin.
   *
   * @param plugin its name, the first word of every message
   * @return checks without a problem so far
   */
  public static Checks of(String plugin) {
    return new Checks(plugin);
  }

  /**
   * Checks a value against its parameter's type and range.
   *
   * @param parameter the parameter
   * @param value the value to check; null is a problem
   * @param <T> the parameter's type
   * @return this
   */
  public <T> Checks check(Parameter<T> parameter, @Nullable T value) {
    return that(parameter.accepts(value), parameter.name(), parameter.rule(value), value);
  }

  /**
   * Adds a rule that a range cannot state, such as a relation between two parameters. Write the
   * condition in the positive form ({@code a < b}, not {@code !(a >= b)}), so that NaN fails. Only
   * the first failure of a parameter is reported.
   *
   * @param holds whether the rule holds
   * @param parameter the parameter's name
   * @param rule what it must be, in words that follow "must be"
   * @param value the value given
   * @return this
   */
  public Checks that(boolean holds, String parameter, String rule, @Nullable Object value) {
    if (!holds && failed.add(parameter)) {
      problems.add(InvalidArgumentException.problem(plugin, parameter, rule, Shown.value(value)));
    }
    return this;
  }

  /**
   * Ends the checks.
   *
   * @throws InvalidArgumentException if any of them failed; it lists them all
   */
  public void done() {
    if (!problems.isEmpty()) {
      throw new InvalidArgumentException(problems);
    }
  }
}
