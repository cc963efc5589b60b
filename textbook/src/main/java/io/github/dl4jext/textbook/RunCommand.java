package io.github.dl4jext.textbook;

import io.github.dl4jext.textbook.data.DataProblem;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.ImageData;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    description = "Runs experiments and writes results.json and index.html.",
    showDefaultValues = true)
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @ParentCommand private Main main;

  private final Supplier<Experiments> experiments;
  private final Function<String, ImageData> source;

  @Option(
      names = "--data",
      defaultValue = DataSource.EMBEDDED,
      paramLabel = "embedded|fashion-mnist|DIR",
      description =
          "The images: drawn by the program, downloaded once, or a folder with IDX files.")
  private String data;

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

  @Option(
      names = "--report",
      defaultValue = "textbook-report",
      paramLabel = "DIR",
      description = "The folder of the report; results of other experiments in it are kept.")
  private Path folder;

  RunCommand(Supplier<Experiments> experiments, Function<String, ImageData> source) {
    this.experiments = experiments;
    this.source = source;
  }

  @Override
  public Integer call() {
    requireAtLeastOne("--epochs", epochs == null ? 1 : epochs);
    requireAtLeastOne("--seeds", seeds);
    List<Experiment> chosen = experiments.get().chosen(only);
    Report report = Report.in(folder);
    ImageData images = load(source, data);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "images: %s, %d to train on, %d to test%n",
        images.name(), images.train().size(), images.test().size());
    Interruption interruption = Interruption.watch(report, spec.commandLine().getErr());
    List<String> failed;
    try {
      failed = new Runner(images, report, out, main.verbose()).run(chosen, seeds, epochs);
    } finally {
      interruption.stop();
    }
    out.println();
    if (report.isWritten()) {
      out.println("report: " + report.page());
    }
    if (!failed.isEmpty()) {
      out.println("failed: " + String.join(", ", failed));
    }
    out.flush();
    return failed.isEmpty() ? 0 : Problem.FAILED;
  }

  private void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " must be at least 1, was " + value);
    }
  }

  /** What the user named wrong is a matter of usage; a download that fails is not. */
  static ImageData load(Function<String, ImageData> source, String data) {
    try {
      return source.apply(data);
    } catch (DataProblem e) {
      boolean download = DataSource.FASHION_MNIST.equalsIgnoreCase(data.strip());
      throw download ? Problem.failure(e.getMessage(), e) : Problem.usage(e.getMessage(), e);
    }
  }
}
