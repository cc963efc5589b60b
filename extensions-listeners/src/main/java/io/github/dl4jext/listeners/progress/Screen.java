package io.github.dl4jext.listeners.progress;

import io.github.dl4jext.listeners.progress.ProgressBar.Display;

/** Shows progress. */
interface Screen {

  /** Returns the least time between two calls of {@link #show}. */
  long intervalNanos();

  void begin(ProgressSnapshot shown);

  void show(ProgressSnapshot shown);

  void end(ProgressSnapshot shown);

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
