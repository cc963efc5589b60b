package io.github.dl4jext.textbook.run;

import io.github.dl4jext.spi.WholeFile;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.Garments;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.report.CliException;
import io.github.dl4jext.textbook.report.ReportFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Runs each task in a Java of its own, as ND4J's random state is global to one. The child writes a
 * report of one run to a folder beside the others, from where it is taken over.
 */
final class WorkerProcess {

  private final ImageData images;
  private final List<String> sameImages;
  private final Path folder;
  private final Class<?> program;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * @param images what is trained on
   * @param sameImages the options by which a child gets these
   * @param folder of the whole report
   * @param program whose {@code main} the child is to run
   */
  WorkerProcess(ImageData images, List<String> sameImages, Path folder, Class<?> program) {
    this.images = images;
    this.sameImages = sameImages;
    this.folder = folder;
    this.program = program;
  }

  RunOutcome run(Task task) throws InterruptedException {
    long start = System.nanoTime();
    Path own = folder.resolve(".run-" + task.experiment().name() + "-" + task.seed());
    try {
      delete(own);
      Files.createDirectories(own);
      Path log = own.resolve("log.txt");
      Process child =
          new ProcessBuilder(command(task, own))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      running.add(child);
      try {
        int exit = child.waitFor();
        if (stopped) {
          throw new InterruptedException("the program is being ended");
        }
        ReportFolder report = ReportFolder.in(own, List.of());
        return report.results().stream()
            .findFirst()
            .map(result -> new RunOutcome(result, report.pictures(), null))
            .orElseGet(() -> nothing(task, "its process ended with " + exit + ended(log), start));
      } finally {
        running.remove(child);
        child.destroy();
        delete(own);
      }
    } catch (IOException e) {
      return nothing(task, "its process cannot be run: " + WholeFile.reason(e), start);
    }
  }

  /** Ends all children; what they were at is not reported. */
  void stop() {
    stopped = true;
    running.forEach(Process::destroy);
  }

  /** Called by a child: a parent that was killed cannot end it, and would find it in the way. */
  static void endWithParent() {
    ProcessHandle.current()
        .parent()
        .ifPresent(
            parent ->
                parent.onExit().thenRun(() -> Runtime.getRuntime().halt(CliException.FAILED)));
  }

  private List<String> command(Task task, Path own) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The heap and the flags that silence JavaCPP, but no agent: it would write to the same file.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-agent"))
        .forEach(command::add);
    if (images.train().size() <= Garments.TRAIN) {
      // Such a run is over before what the second compiler does has paid: a third less CPU time.
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            "run",
            "--only",
            task.experiment().name(),
            "--seed",
            Long.toString(task.seed()),
            "--epochs",
            Integer.toString(task.epochs()),
            "--report",
            own.toString()));
    command.addAll(sameImages);
    return command;
  }

  private RunOutcome nothing(Task task, String why, long start) {
    double seconds = Math.round((System.nanoTime() - start) / 1e6) / 1e3;
    String today = LocalDate.now(ZoneOffset.UTC).toString();
    RunResult result =
        new RunResult(
            task.experiment().name(),
            images.name(),
            task.seed(),
            task.epochs(),
            seconds,
            today,
            Machine.describe(),
            why,
            List.of(),
            List.of());
    return new RunOutcome(result, List.of(), null);
  }

  /** The last line that it printed. */
  private static String ended(Path log) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(line -> !line.isBlank())
          .reduce((first, second) -> second)
          .map(line -> ": " + line)
          .orElse("");
    } catch (IOException | java.io.UncheckedIOException e) {
      return "";
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
