package io.github.dl4jext.textbook;

import io.github.dl4jext.textbook.data.ImageData;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Runs experiments one after the other, tells what they came to, and keeps it in the report. */
final class Runner {

  private final ImageData data;
  private final Report report;
  private final PrintWriter out;
  private final boolean verbose;

  Runner(ImageData data, Report report, PrintWriter out, boolean verbose) {
    this.data = data;
    this.report = report;
    this.out = out;
    this.verbose = verbose;
  }

  /**
   * Runs each experiment with the seeds 1, 2, ...
   *
   * @param epochs of every experiment, or null for its own
   * @return the runs that failed, by name and seed
   */
  List<String> run(List<Experiment> experiments, int seeds, Integer epochs) {
    List<String> failed = new ArrayList<>();
    long number = 0;
    for (Experiment experiment : experiments) {
      for (long seed = 1; seed <= seeds; seed++) {
        int length = epochs == null ? experiment.defaultEpochs() : epochs;
        Run run = new Run(experiment, data, seed, length, out);
        out.printf("%n[%d/%d] ", ++number, (long) experiments.size() * seeds);
        out.printf("%s, seed %d, epochs %d%n", experiment.name(), seed, length);
        out.println("  " + experiment.title());
        out.flush();
        run.execute();
        tell(run);
        report.add(run);
        if (run.failure() != null) {
          failed.add(experiment.name() + " (seed " + seed + ")");
        }
      }
    }
    return failed;
  }

  private void tell(Run run) {
    List<Result> figures = run.results().stream().filter(result -> !result.failed()).toList();
    Table table = new Table().row("  metric", "book", "ours");
    for (Result figure : figures) {
      String book = figure.book() == null ? "-" : Figures.text(figure.book());
      table.row("  " + figure.metric(), book, Figures.text(figure.value()));
    }
    if (!figures.isEmpty()) {
      table.lines().forEach(out::println);
    }
    if (run.failure() != null) {
      out.println("  FAILED: " + run.reason());
      if (verbose) {
        run.failure().printStackTrace(out);
      }
    }
    out.println("  took " + Figures.text(run.seconds()) + " s");
    out.flush();
  }
}
