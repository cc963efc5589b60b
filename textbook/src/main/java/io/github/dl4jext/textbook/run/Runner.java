package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.report.AlignedColumns;
import io.github.dl4jext.textbook.report.CliException;
import io.github.dl4jext.textbook.report.NumberText;
import io.github.dl4jext.textbook.report.ReportFolder;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks, prints their results, and adds them to the report. */
final class Runner {

  private final ImageData data;
  private final ReportFolder report;
  private final PrintWriter out;
  private final boolean verbose;
  private final List<String> failed = new ArrayList<>();
  private int ended;

  Runner(ImageData data, ReportFolder report, PrintWriter out, boolean verbose) {
    this.data = data;
    this.report = report;
    this.out = out;
    this.verbose = verbose;
  }

  /**
   * Runs one task after the other in this process.
   *
   * @return the names of the tasks that failed
   */
  List<String> run(List<Task> tasks) {
    for (Task task : tasks) {
      out.printf(Locale.ROOT, "%n[%d/%d] ", ++ended, tasks.size());
      announce(task);
      keep(task, ExperimentRun.execute(task, data, out));
    }
    return failed;
  }

  /**
   * Runs several tasks side by side, the longest first.
   *
   * @return the names of the tasks that failed
   */
  List<String> run(List<Task> tasks, int jobs, WorkerProcesses workers) {
    ExecutorService pool = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<?>> all = new ArrayList<>();
      tasks.stream()
          .sorted(Comparator.comparing((Task task) -> task.experiment().about().cost()).reversed())
          .forEach(task -> all.add(pool.submit(() -> runIn(workers, task, tasks.size()))));
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failure(
          "the runs were interrupted; the same command runs what is not in the report yet", e);
    } finally {
      pool.shutdownNow();
      workers.stop();
    }
    return failed;
  }

  private Void runIn(WorkerProcesses workers, Task task, int ofAll) throws InterruptedException {
    synchronized (this) {
      out.println("started " + task.name());
      out.flush();
    }
    RunOutcome outcome = workers.run(task);
    synchronized (this) {
      out.printf(Locale.ROOT, "%n[%d/%d] ", ++ended, ofAll);
      announce(task);
      keep(task, outcome);
    }
    return null;
  }

  private void announce(Task task) {
    Experiment experiment = task.experiment();
    out.printf(
        Locale.ROOT, "%s, seed %d, epochs %d%n", experiment.name(), task.seed(), task.epochs());
    out.println("  " + experiment.about().title());
    out.flush();
  }

  private void keep(Task task, RunOutcome outcome) {
    print(outcome);
    report.add(outcome.result(), outcome.drawings());
    if (outcome.result().failed()) {
      failed.add(task.name());
    }
  }

  private void print(RunOutcome outcome) {
    RunResult result = outcome.result();
    boolean besideBook = DataSource.isAsInTheBook(result.data());
    AlignedColumns table = new AlignedColumns();
    if (besideBook) {
      table.row("  metric", "book", "ours");
    }
    for (Figure figure : result.figures()) {
      String metric = "  " + figure.metric();
      String ours = NumberText.text(figure.value());
      if (besideBook) {
        table.row(metric, figure.book() == null ? "-" : NumberText.text(figure.book()), ours);
      } else {
        table.row(metric, ours);
      }
    }
    if (!result.figures().isEmpty()) {
      table.lines().forEach(out::println);
    }
    if (result.failed()) {
      out.println("  FAILED: " + result.failure());
      if (verbose) {
        out.print(outcome.stackTrace());
      }
    }
    out.println("  took " + NumberText.text(result.seconds()) + " s");
    out.flush();
  }
}
