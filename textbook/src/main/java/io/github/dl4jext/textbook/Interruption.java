package io.github.dl4jext.textbook;

import java.io.PrintWriter;

/**
 * Says on Ctrl-C where the report is. The report itself needs no help: it is valid at any time, and
 * the exit code of an interrupted Java is 130 by itself.
 */
final class Interruption {

  private final Report report;
  private final PrintWriter err;
  private final Thread hook = new Thread(this::tell, "interruption");

  private Interruption(Report report, PrintWriter err) {
    this.report = report;
    this.err = err;
  }

  static Interruption watch(Report report, PrintWriter err) {
    Interruption interruption = new Interruption(report, err);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void tell() {
    err.println();
    err.println(
        report.isWritten()
            ? "interrupted; what was finished is in " + report.page()
            : "interrupted before the first experiment was finished; nothing was reported");
    err.flush();
  }

  /** Forgets about it: the work is done. */
  void stop() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook is telling the user right now.
    }
  }
}
