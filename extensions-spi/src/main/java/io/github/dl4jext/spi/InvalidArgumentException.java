package io.github.dl4jext.spi;

import java.util.List;

/**
 * Thrown for arguments that a plugin cannot take. The message has a line for every bad one, in the
 * form {@code <plugin>: <parameter> must be <rule>, was <value>}, as far as 2,000 characters allow.
 */
public final class InvalidArgumentException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String[] problems;

  InvalidArgumentException(List<String> problems) {
    super(message(problems));
    this.problems = problems.toArray(String[]::new);
  }

  /** Joins the lines that a screen has room for, and counts the others. */
  private static String message(List<String> problems) {
    StringBuilder message = new StringBuilder();
    for (int i = 0; i < problems.size(); i++) {
      String line = (i == 0 ? "" : System.lineSeparator()) + problems.get(i);
      int left = problems.size() - i;
      if (message.length() + line.length() > Shown.MESSAGE - 50) {
        return message + System.lineSeparator() + "... and " + left + " more";
      }
      message.append(line);
    }
    return message.toString();
  }

  static String problem(String plugin, String parameter, String rule, String value) {
    String subject = plugin + ": " + Shown.cut(Shown.oneLine(parameter), 60) + " must be ";
    return subject + Shown.cut(rule, Shown.LINE - Shown.VALUE) + ", was " + value;
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
