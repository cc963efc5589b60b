package io.github.dl4jext.listeners;

import java.io.Console;

/** What standard output leads to. */
final class Terminal {

  private Terminal() {}

  /** Whether both standard input and output are a terminal that can redraw a line. */
  static boolean isThere() {
    Console console = System.console();
    return console != null && isTerminal(console) && !"dumb".equals(System.getenv("TERM"));
  }

  static boolean isUnicode() {
    Console console = System.console();
    return console != null && console.charset().newEncoder().canEncode('\u2588');
  }

  /** From Java 22 on there is a console even without a terminal, and a method to ask it. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException unexpected) {
      return false;
    }
  }
}
