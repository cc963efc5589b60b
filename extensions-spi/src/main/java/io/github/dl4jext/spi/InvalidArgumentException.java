package io.github.dl4jext.spi;

import java.util.List;

/**
 * Arguments that a plugin cannot take. The message has a line for every bad one, in the form {@code
 * <plugin>: <parameter> must be <rule>, was <value>}.
 */
public final class InvalidArgumentException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String[] problems;

  InvalidArgumentException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = problems.toArray(String[]::new);
  }

  static String problem(String plugin, String parameter, String rule, String value) {
    return plugin + ": " + parameter + " must be " + rule + ", was " + value;
  }

  /**
   * The lines of the message.
   *
   * @return one line per bad argument, at least one
   */
  public List<String> problems() {
    return List.of(problems);
  }
}
