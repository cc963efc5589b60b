package io.github.dl4jext.textbook.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.dl4jext.textbook.data.ImageData;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one experiment with one seed for a {@link WorkerProcess}. */
@Command(
    name = "worker",
    hidden = true,
    description = "Runs one experiment and prints what came out as a line of JSON; for run.")
final class WorkerCommand implements Runnable {

  private final Supplier<Experiments> experiments;
  private final Function<String, ImageData> source;

  @Mixin private ImageOptions images;

  @Option(names = "--only", required = true, description = "The experiment.")
  private String name;

  @Option(names = "--seed", required = true, description = "The seed.")
  private long seed;

  @Option(names = "--epochs", required = true, description = "The epochs.")
  private int epochs;

  WorkerCommand(Supplier<Experiments> experiments, Function<String, ImageData> source) {
    this.experiments = experiments;
    this.source = source;
  }

  @Override
  public void run() {
    WorkerProcess.endWithParent();
    PrintStream result = System.out;
    // What experiments and libraries print is no result.
    System.setOut(System.err);
    Task task = new Task(experiments.get().chosen(List.of(name)).get(0), seed, epochs);
    RunOutcome outcome =
        ExperimentRun.execute(task, images.load(source), new PrintWriter(System.err));
    try {
      result.println(WorkerProcess.RESULT + WorkerProcess.JSON.writeValueAsString(outcome));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an outcome is plain data", e);
    }
  }
}
