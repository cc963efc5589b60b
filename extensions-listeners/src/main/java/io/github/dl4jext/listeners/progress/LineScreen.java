package io.github.dl4jext.listeners.progress;

import java.io.PrintStream;

/** Prints plain lines, for a log or a pipe. */
final class LineScreen implements Screen {

  private final PrintStream out;
  private final double secondsPerLine;

  LineScreen(PrintStream out, double secondsPerLine) {
    this.out = out;
    this.secondsPerLine = secondsPerLine;
  }

  @Override
  public long intervalNanos() {
    return (long) (secondsPerLine * 1e9);
  }

  @Override
  public void begin(ProgressSnapshot shown) {
    // The first line is printed when there is something to show.
  }

  @Override
  public void show(ProgressSnapshot shown) {
    out.println(shown.line());
  }

  @Override
  public void end(ProgressSnapshot shown) {
    out.println(shown.lastLine());
  }
}
