package io.github.dl4jext.textbook.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.Garments;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.report.CliException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs each task in a Java process of its own, since ND4J's random state is global to a process.
 * The process runs {@link WorkerCommand}, which prints the outcome as one line of JSON on its
 * standard output.
 */
final class WorkerProcess {

  /** The beginning of the line with the result, which is ASCII and so independent of encodings. */
  private static final String RESULT = "textbook result: ";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final ImageData images;
  private final List<String> sameImages;
  private final Class<?> program;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * @param images the images to train on
   * @param sameImages the options with which a worker loads the same images
   * @param program the class whose {@code main} the worker runs
   */
  WorkerProcess(ImageData images, List<String> sameImages, Class<?> program) {
    this.images = images;
    this.sameImages = sameImages;
    this.program = program;
  }

  RunOutcome run(Task task) throws InterruptedException {
    long start = System.nanoTime();
    try {
      Process child = new ProcessBuilder(command(task)).start();
      running.add(child);
      try {
        AtomicReference<String> lastWords = new AtomicReference<>("");
        Thread log = new Thread(() -> follow(child, lastWords), "log of " + task.name());
        log.start();
        Optional<String> result =
            child.inputReader().lines().filter(line -> line.startsWith(RESULT)).findFirst();
        int exit = child.waitFor();
        log.join();
        if (stopped) {
          // The program is being ended: this is not a failure of the task.
          new CountDownLatch(1).await();
        }
        return result.isPresent()
            ? JSON.readValue(result.get().substring(RESULT.length()), RunOutcome.class)
            : failed(task, "its process ended with " + exit + lastWords, start);
      } finally {
        running.remove(child);
        child.destroy();
      }
    } catch (IOException e) {
      return failed(task, "its process cannot be run: " + AtomicFiles.reason(e), start);
    }
  }

  private static void follow(Process child, AtomicReference<String> lastWords) {
    child
        .errorReader()
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(line -> lastWords.set(": " + line));
  }

  /** Ends all workers; the runs that they have not finished are not reported. */
  void stop() {
    stopped = true;
    // By their handles: Process.destroy would close what run() is reading.
    running.forEach(child -> child.toHandle().destroy());
  }

  private List<String> command(Task task) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The heap's size and the flags that silence JavaCPP, but no agent, as two would write one
    // file.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-agent"))
        .forEach(command::add);
    if (images.train().size() <= Garments.TRAIN) {
      // So short a run ends before the second compiler pays off; without it a run takes a third
      // less
      // CPU time.
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            "worker",
            "--only=" + task.experiment().name(),
            "--seed=" + task.seed(),
            "--epochs=" + task.epochs()));
    command.addAll(sameImages);
    return command;
  }

  private RunOutcome failed(Task task, String why, long start) {
    RunResult result = ExperimentRun.result(task, images, start, why, List.of(), List.of());
    return new RunOutcome(result, List.of(), "");
  }

  /** Runs one experiment with one seed, within the worker process. */
  @Command(
      name = "worker",
      hidden = true,
      description = "Runs one experiment and prints the outcome as a line of JSON; used by run.")
  static final class WorkerCommand implements Runnable {

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
      endWithParent();
      PrintStream result = System.out;
      // What experiments and libraries print must not mix with the result.
      System.setOut(System.err);
      Task task = new Task(experiments.get().chosen(List.of(name)).get(0), seed, epochs);
      RunOutcome outcome =
          ExperimentRun.execute(task, images.load(source), new PrintWriter(System.err));
      try {
        result.println(RESULT + JSON.writeValueAsString(outcome));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("an outcome is plain data", e);
      }
    }

    /** A parent that was killed cannot end its workers. */
    private static void endWithParent() {
      ProcessHandle.current()
          .parent()
          .ifPresent(
              parent ->
                  parent.onExit().thenRun(() -> Runtime.getRuntime().halt(CliException.FAILED)));
    }
  }
}
