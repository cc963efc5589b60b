package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.report.ReportFolder;
import java.io.PrintWriter;

/**
 * Says on Ctrl-C where the report is, and ends what runs beside. The report itself needs no help:
 * it is valid at any time, and the exit code of an interrupted Java is 130 by itself.
 */
final class ShutdownNotice {

  private final ReportFolder report;
  private final WorkerProcess process;
  private final PrintWriter err;
  private final Thread hook = new Thread(this::tell, "interruption");

  private ShutdownNotice(ReportFolder report, WorkerProcess process, PrintWriter err) {
    this.report = report;
    this.process = process;
    this.err = err;
  }

  static ShutdownNotice watch(ReportFolder report, WorkerProcess process, PrintWriter err) {
    ShutdownNotice interruption = new ShutdownNotice(report, process, err);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void tell() {
    process.stop();
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
