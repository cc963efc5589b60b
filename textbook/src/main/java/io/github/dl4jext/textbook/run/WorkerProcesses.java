package io.github.dl4jext.textbook.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.Garments;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.report.CliException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Runs tasks in Java processes of their own, since ND4J's random state is global to a process. A
 * process runs {@link WorkerCommand}: it reads a task per line, and prints each outcome as one line
 * of JSON on its standard output. Short tasks follow each other in one process, as starting it
 * would take longer than many of them. A long task has a process to itself.
 */
final class WorkerProcesses {

  /** The beginning of the line with the result, which is ASCII and so independent of encodings. */
  private static final String RESULT = "textbook result: ";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final ImageData images;
  private final List<String> sameImages;
  private final Class<?> program;
  private final Queue<Worker> idle = new ConcurrentLinkedQueue<>();
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * @param images the images to train on
   * @param sameImages the options with which a worker loads the same images
   * @param program the class whose {@code main} the worker runs
   */
  WorkerProcesses(ImageData images, List<String> sameImages, Class<?> program) {
    this.images = images;
    this.sameImages = sameImages;
    this.program = program;
  }

  RunOutcome run(Task task) throws InterruptedException {
    long start = System.nanoTime();
    try {
      Worker known = idle.poll();
      Worker worker = known != null && known.process.isAlive() ? known : new Worker();
      String result = worker.run(task);
      if (result != null && areShort()) {
        idle.add(worker);
      } else {
        worker.end();
      }
      if (stopped) {
        // The program is being ended: this is not a failure of the task.
        new CountDownLatch(1).await();
      }
      return result == null
          ? failed(task, worker.lastWords(), start)
          : JSON.readValue(result, RunOutcome.class);
    } catch (IOException e) {
      return failed(task, "its process cannot be run: " + AtomicFiles.reason(e), start);
    }
  }

  /** Whether tasks on these images are short. */
  private boolean areShort() {
    return images.train().size() <= Garments.TRAIN;
  }

  /** Ends all workers; the runs that they have not finished are not reported. */
  void stop() {
    stopped = true;
    // By their handles: Process.destroy would close what run() is reading.
    running.forEach(child -> child.toHandle().destroy());
  }

  private RunOutcome failed(Task task, String why, long start) {
    RunResult result = ExperimentRun.result(task, images, start, why, List.of(), List.of());
    return new RunOutcome(result, List.of(), "");
  }

  /** A process, which runs one task at a time. */
  private final class Worker {

    private final Process process;
    private final BufferedReader results;
    private final PrintWriter tasks;
    private final Thread log;
    private volatile String lastWords = "";

    Worker() throws IOException {
      process = new ProcessBuilder(command()).start();
      running.add(process);
      results = process.inputReader();
      tasks = new PrintWriter(process.outputWriter(), true);
      log = new Thread(this::follow, "log of a worker");
      log.setDaemon(true);
      log.start();
    }

    private void follow() {
      process
          .errorReader()
          .lines()
          .filter(line -> !line.isBlank())
          .forEach(line -> lastWords = ": " + line);
    }

    /** Runs a task; null if the process has ended before it printed a result. */
    String run(Task task) throws IOException {
      lastWords = "";
      tasks.println(
          JSON.writeValueAsString(new Order(task.experiment().name(), task.seed(), task.epochs())));
      String line = results.readLine();
      while (line != null && !line.startsWith(RESULT)) {
        line = results.readLine();
      }
      return line == null ? null : line.substring(RESULT.length());
    }

    /** Has the process end after its last task, and waits for that. */
    void end() throws InterruptedException {
      tasks.close();
      process.waitFor();
      log.join();
      running.remove(process);
    }

    String lastWords() {
      return "its process ended with " + process.exitValue() + lastWords;
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The heap's size and the flags that silence JavaCPP, but no agent, as two would write one
    // file.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-agent"))
        .forEach(command::add);
    if (areShort()) {
      // Short runs end before the second compiler pays off; without it a run takes a third less
      // CPU time.
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), program.getName(), "worker"));
    command.addAll(sameImages);
    return command;
  }

  /** A task, as it is written to a worker. */
  record Order(String experiment, long seed, int epochs) {}

  /** Runs the tasks that it reads, within the worker process. */
  @Command(
      name = "worker",
      hidden = true,
      description =
          "Reads tasks, one per line, and prints each outcome as a line of JSON; used by run.")
  static final class WorkerCommand implements Callable<Integer> {

    private final Supplier<Experiments> experiments;
    private final Function<String, ImageData> source;

    @Mixin private ImageOptions images;

    WorkerCommand(Supplier<Experiments> experiments, Function<String, ImageData> source) {
      this.experiments = experiments;
      this.source = source;
    }

    @Override
    public Integer call() throws IOException {
      endWithParent();
      PrintStream results = System.out;
      // What experiments and libraries print must not mix with the results.
      System.setOut(System.err);
      ImageData data = images.load(source);
      BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        Order order = JSON.readValue(line, Order.class);
        Experiment experiment = experiments.get().chosen(List.of(order.experiment())).get(0);
        Task task = new Task(experiment, order.seed(), order.epochs());
        RunOutcome outcome = ExperimentRun.execute(task, data, new PrintWriter(System.err));
        results.println(RESULT + JSON.writeValueAsString(outcome));
        freeMemory();
      }
      return 0;
    }

    /** Native memory is freed only when Java collects the objects that own it. */
    private static void freeMemory() {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
      System.gc();
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
