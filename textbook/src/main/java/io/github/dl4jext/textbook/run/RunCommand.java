package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.DataException;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.report.CliException;
import io.github.dl4jext.textbook.report.ReportFolder;
import io.github.dl4jext.textbook.report.Verdicts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    description =
        "Runs experiments and writes results.json, pictures.json, results.md and index.html.",
    showDefaultValues = true)
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @ParentCommand private TextbookCommand main;

  private final Supplier<Experiments> experiments;
  private final Function<String, ImageData> source;
  private final Class<?> program;

  @Option(
      names = "--data",
      defaultValue = DataSource.EMBEDDED,
      paramLabel = "embedded|fashion-mnist|DIR",
      description =
          "The images: drawn by the program, downloaded once, or a folder with IDX files.")
  private String data;

  @Option(
      names = "--train",
      paramLabel = "N",
      description = "Only the first N training images, for a quick look; all of them unless given.")
  private Integer train;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Only these experiments; all of them unless given.")
  private List<String> only;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Epochs of every experiment; its own unless given.")
  private Integer epochs;

  @Option(
      names = "--seeds",
      defaultValue = "1",
      paramLabel = "N",
      description = "Runs each experiment with the seeds 1 to N.")
  private int seeds;

  @Option(names = "--seed", paramLabel = "N", hidden = true)
  private Long seed;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Runs so many experiments side by side, each in a process of its own; one per core, but"
              + " at most 4, unless given.")
  private Integer jobs;

  @Option(
      names = "--again",
      description = "Runs what is in the report already, instead of leaving it as it is.")
  private boolean again;

  @Option(
      names = "--report",
      defaultValue = "textbook-report",
      paramLabel = "DIR",
      description = "The folder of the report; results of other experiments in it are kept.")
  private Path folder;

  /**
   * @param program whose {@code main} knows the same experiments, for runs in processes of their
   *     own
   */
  RunCommand(
      Supplier<Experiments> experiments, Function<String, ImageData> source, Class<?> program) {
    this.experiments = experiments;
    this.source = source;
    this.program = program;
  }

  @Override
  public Integer call() {
    requireAtLeastOne("--epochs", epochs);
    requireAtLeastOne("--seeds", seeds);
    requireAtLeastOne("--jobs", jobs);
    requireAtLeastOne("--train", train);
    List<Experiment> chosen = experiments.get().chosen(only);
    ReportFolder report = ReportFolder.in(folder, experiments.get().all());
    ImageData images = images();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "images: %s, %d to train on, %d to test%n",
        images.name(), images.train().size(), images.test().size());
    List<Task> tasks = tasks(chosen, images.name(), report.results(), out);
    WorkerProcess process = new WorkerProcess(images, sameImages(), report.folder(), program);
    if (seed != null) {
      WorkerProcess.endWithParent();
    }
    ShutdownNotice interruption =
        ShutdownNotice.watch(report, process, spec.commandLine().getErr());
    List<String> failed;
    try {
      Runner runner = new Runner(images, report, out, main.verbose());
      int beside = jobs == null ? Math.min(defaultJobs(), tasks.size()) : jobs;
      failed = beside > 1 ? runner.run(tasks, beside, process) : runner.run(tasks);
    } finally {
      interruption.stop();
    }
    out.println();
    new Verdicts(experiments.get().all(), report.results(), images.name()).print(out);
    if (report.isWritten() || tasks.isEmpty()) {
      out.println("report: " + report.page());
    }
    if (!failed.isEmpty()) {
      out.println("failed: " + String.join(", ", failed));
    }
    out.flush();
    return failed.isEmpty() ? 0 : CliException.FAILED;
  }

  private ImageData images() {
    ImageData all = load(source, data);
    if (train == null) {
      return all;
    }
    if (train > all.train().size()) {
      throw new ParameterException(
          spec.commandLine(),
          "--train must be at most the number of training images, "
              + all.train().size()
              + ", was "
              + train);
    }
    return all.part(train);
  }

  /** The options by which another process gets these images. */
  private List<String> sameImages() {
    return train == null
        ? List.of("--data", data)
        : List.of("--data", data, "--train", train.toString());
  }

  /** Each process takes some gigabytes, so that not all cores of a large machine are of use. */
  private static int defaultJobs() {
    return Math.min(Runtime.getRuntime().availableProcessors(), 4);
  }

  /** All that was asked for, without what is in the report already. */
  private List<Task> tasks(
      List<Experiment> chosen, String name, List<RunResult> done, PrintWriter out) {
    List<Task> tasks =
        chosen.stream()
            .flatMap(
                experiment ->
                    seeds()
                        .mapToObj(
                            number ->
                                new Task(
                                    experiment,
                                    number,
                                    epochs == null ? experiment.defaultEpochs() : epochs)))
            .toList();
    List<Task> left =
        tasks.stream()
            .filter(
                task ->
                    again
                        || done.stream()
                            .noneMatch(old -> old.isFinished(task.id(name), task.epochs())))
            .toList();
    if (left.size() < tasks.size()) {
      out.printf(
          "finished before: %d of %d runs, which are kept; --again runs them anew%n",
          tasks.size() - left.size(), tasks.size());
    }
    return left;
  }

  private LongStream seeds() {
    return seed == null ? LongStream.rangeClosed(1, seeds) : LongStream.of(seed);
  }

  /** An option that is not given is null. */
  private void requireAtLeastOne(String option, Integer value) {
    if (value != null && value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " must be at least 1, was " + value);
    }
  }

  /** What the user named wrong is a matter of usage; a download that fails is not. */
  static ImageData load(Function<String, ImageData> source, String data) {
    try {
      return source.apply(data);
    } catch (DataException e) {
      boolean download = DataSource.FASHION_MNIST.equalsIgnoreCase(data.strip());
      throw download
          ? CliException.failure(e.getMessage(), e)
          : CliException.usage(e.getMessage(), e);
    }
  }
}
