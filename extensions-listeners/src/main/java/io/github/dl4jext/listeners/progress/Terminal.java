package io.github.dl4jext.listeners.progress;

import java.io.Console;
import java.io.IOException;
import org.jline.terminal.TerminalBuilder;

/** Finds out where standard output goes. */
final class Terminal {

  private static final int USUAL_WIDTH = 80;

  private Terminal() {}

  /** Returns whether both standard input and output are a terminal that can redraw a line. */
  static boolean isThere() {
    Console console = System.console();
    return console != null && isTerminal(console) && !"dumb".equals(System.getenv("TERM"));
  }

  /**
   * Returns the present number of columns without the last one, after which some terminals wrap; 79
   * if the number is unknown.
   */
  static int width() {
    // Without native signals: JLine would take over Ctrl-C, so that no shutdown hooks would run.
    try (var terminal = TerminalBuilder.builder().nativeSignals(false).dumb(true).build()) {
      return (terminal.getWidth() > 0 ? terminal.getWidth() : USUAL_WIDTH) - 1;
    } catch (IOException e) {
      return USUAL_WIDTH - 1;
    }
  }

  static boolean isUnicode() {
    Console console = System.console();
    return console != null && console.charset().newEncoder().canEncode('\u2588');
  }

  /**
   * Asks the console. From Java 22 on there is a console even without a terminal, and a method that
   * tells the difference.
   */
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
