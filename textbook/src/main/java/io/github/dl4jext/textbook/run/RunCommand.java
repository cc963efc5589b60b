package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.report.CliException;
import io.github.dl4jext.textbook.report.ReportFolder;
import io.github.dl4jext.textbook.report.Verdicts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    description =
        "Runs the experiments of the chapter and writes a report: a page with the results"
            + " (index.html), and three files for repositories and programs (results.md,"
            + " results.json, pictures.json). Runs that the report already has are not repeated.",
    showDefaultValues = true)
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @ParentCommand private TextbookCommand main;

  private final Supplier<Experiments> experiments;
  private final Function<String, ImageData> source;
  private final Class<?> program;

  @Mixin private ImageOptions images;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Runs only the experiments with these names, which \"list\" shows.")
  private List<String> only;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Trains for N epochs in every experiment. Without this option each experiment has its own"
              + " number.")
  private Integer epochs;

  @Option(
      names = "--seeds",
      defaultValue = "1",
      paramLabel = "N",
      description = "Runs each experiment with the seeds 1 to N.")
  private int seeds;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Runs N experiments at a time, in processes of their own. Without this option N is the"
              + " number of cores, but at most 4.")
  private Integer jobs;

  @Option(names = "--again", description = "Repeats runs that the report already has.")
  private boolean again;

  @Option(
      names = "--report",
      defaultValue = "textbook-report",
      paramLabel = "DIR",
      description =
          "Writes the report to this folder; results of other experiments in it are kept.")
  private Path folder;

  /**
   * @param experiments the experiments that can be run
   * @param source loads the images that an option names
   * @param program the class whose {@code main} has the same experiments and is started for runs in
   *     processes of their own
   */
  RunCommand(
      Supplier<Experiments> experiments, Function<String, ImageData> source, Class<?> program) {
    this.experiments = experiments;
    this.source = source;
    this.program = program;
  }

  @Override
  public Integer call() {
    ImageOptions.requireAtLeastOne(spec, "--epochs", epochs);
    ImageOptions.requireAtLeastOne(spec, "--seeds", seeds);
    ImageOptions.requireAtLeastOne(spec, "--jobs", jobs);
    List<Experiment> all = experiments.get().all();
    List<Experiment> chosen = experiments.get().chosen(only);
    ReportFolder report = ReportFolder.in(folder, all);
    ImageData data = images.load(source);
    PrintWriter out = spec.commandLine().getOut();
    chosen = suited(chosen, data, out);
    out.printf(
        Locale.ROOT,
        "images: %s, %d to train on, %d to test%n",
        data.name(),
        data.train().size(),
        data.test().size());
    List<Task> tasks = tasks(chosen, data.name(), report.results(), out);
    int beside = jobs == null ? Math.min(defaultJobs(), tasks.size()) : jobs;
    Estimate estimate = new Estimate(all, data.name(), data.train().size(), report.results());
    out.println(estimate.inWords(tasks, beside));
    out.flush();
    WorkerProcesses workers = new WorkerProcesses(data, images.arguments(), program);
    ShutdownNotice notice = ShutdownNotice.install(report, workers, spec.commandLine().getErr());
    List<String> failed;
    try {
      Runner runner = new Runner(data, report, out, main.verbose());
      failed = beside > 1 ? runner.run(tasks, beside, workers) : runner.run(tasks);
    } finally {
      notice.remove();
    }
    out.println();
    machines(tasks, report.results(), data.name())
        .forEach(machine -> out.println("machine: " + machine));
    new Verdicts(all, report.results(), data.name()).print(out);
    if (report.isWritten() || tasks.isEmpty()) {
      out.println("report: " + report.page());
    }
    if (!failed.isEmpty()) {
      out.println("failed: " + String.join(", ", failed));
    }
    out.flush();
    return failed.isEmpty() ? 0 : CliException.FAILED;
  }

  /** The machines on which these runs were made. */
  private static List<String> machines(List<Task> tasks, List<RunResult> results, String data) {
    return results.stream()
        .filter(run -> tasks.stream().anyMatch(task -> task.isDone(run, data)))
        .map(RunResult::machine)
        .distinct()
        .toList();
  }

  /** The experiments that can use the images: all of them, if the images are drawn. */
  private List<Experiment> suited(List<Experiment> chosen, ImageData data, PrintWriter out) {
    List<String> unsuited =
        chosen.stream()
            .filter(experiment -> !suits(experiment, data))
            .map(Experiment::name)
            .toList();
    if (unsuited.isEmpty()) {
      return chosen;
    }
    String why =
        data.isColoured()
            ? "for which grey images are needed (--data fashion-mnist, a folder with its files, or"
                + " embedded)"
            : "for which coloured images are needed (--data cifar-10, a folder with its files, or"
                + " embedded)";
    if (only != null) {
      throw CliException.usage(
          "these images are of the wrong kind for " + String.join(", ", unsuited) + ", " + why);
    }
    out.println("left out: " + String.join(", ", unsuited) + ", " + why);
    return chosen.stream().filter(experiment -> suits(experiment, data)).toList();
  }

  private static boolean suits(Experiment experiment, ImageData data) {
    return DataSource.isDrawn(data.name()) || experiment.inColour() == data.isColoured();
  }

  /** Each process needs some gigabytes, so not every core of a large machine can be used. */
  private static int defaultJobs() {
    return Math.min(Runtime.getRuntime().availableProcessors(), 4);
  }

  /** The runs that were asked for and are not in the report yet. */
  private List<Task> tasks(
      List<Experiment> chosen, String data, List<RunResult> done, PrintWriter out) {
    List<Task> left = new ArrayList<>();
    for (Experiment experiment : chosen) {
      for (long seed = 1; seed <= seeds; seed++) {
        int length = epochs == null ? experiment.about().defaultEpochs() : epochs;
        Task task = new Task(experiment, seed, length);
        if (again || done.stream().noneMatch(old -> task.isDone(old, data))) {
          left.add(task);
        }
      }
    }
    int kept = chosen.size() * seeds - left.size();
    if (kept > 0) {
      out.printf(
          Locale.ROOT,
          "already in the report: %d of %d runs; --again repeats them%n",
          kept,
          kept + left.size());
    }
    return left;
  }
}
