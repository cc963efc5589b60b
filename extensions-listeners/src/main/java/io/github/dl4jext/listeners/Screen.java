package io.github.dl4jext.listeners;

import io.github.dl4jext.listeners.ProgressBar.Display;

/** Where progress is shown. */
interface Screen {

  /** The least time between two calls of {@link #show}. */
  long intervalNanos();

  void begin(Shown shown);

  void show(Shown shown);

  void end(Shown shown);

  static Screen of(Display display, double secondsPerLine) {
    return switch (display) {
      case AUTO ->
          Terminal.isThere()
              ? new TerminalScreen(System.out, Terminal::width, Terminal.isUnicode())
              : new LineScreen(System.out, secondsPerLine);
      case LINES -> new LineScreen(System.out, secondsPerLine);
      case EPOCHS -> new LineScreen(System.out, Double.POSITIVE_INFINITY);
    };
  }
}
