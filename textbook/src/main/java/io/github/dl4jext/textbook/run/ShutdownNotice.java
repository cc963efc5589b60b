package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.report.ReportFolder;
import java.io.PrintWriter;

/**
 * Prints on Ctrl-C where the report is, and ends the worker processes. Nothing else has to be done:
 * the report is valid at any time, and the exit code of an interrupted Java is 130.
 */
final class ShutdownNotice {

  private final ReportFolder report;
  private final WorkerProcesses workers;
  private final PrintWriter err;
  private final Thread hook = new Thread(this::tell, "shutdown notice");

  private ShutdownNotice(ReportFolder report, WorkerProcesses workers, PrintWriter err) {
    this.report = report;
    this.workers = workers;
    this.err = err;
  }

  static ShutdownNotice install(ReportFolder report, WorkerProcesses workers, PrintWriter err) {
    ShutdownNotice notice = new ShutdownNotice(report, workers, err);
    Runtime.getRuntime().addShutdownHook(notice.hook);
    return notice;
  }

  private void tell() {
    workers.stop();
    err.println();
    err.println(
        report.isWritten()
            ? "interrupted; what was finished is in " + report.page()
            : "interrupted before the first experiment was finished; nothing was reported");
    err.flush();
  }

  /** Removes the notice when the work is done. */
  void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook is telling the user right now.
    }
  }
}
