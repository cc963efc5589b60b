package io.github.dl4jext.textbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.data.Garments;
import io.github.dl4jext.textbook.data.IdxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs in processes of their own. */
@Timeout(120)
class WorkerProcessTest {

  /** Names the file that tells that a worker waits; workers have their parent's properties. */
  private static final String SIGNAL = "textbook.signal";

  @TempDir private Path folder;

  @Test
  void runsShareAsManyProcessesAsThereAreJobsAndAllAreInOneReport() throws IOException {
    Console console = new Console(Program.class, Program.experiments());
    assertThat(
            console.run(
                "run",
                "--jobs",
                "2",
                "--seeds",
                "4",
                "--epochs",
                "3",
                "--only",
                "process,fails",
                "--report",
                folder.toString()))
        .isEqualTo(1);
    JsonNode results = new ObjectMapper().readTree(folder.resolve("results.json").toFile());
    assertThat(results).hasSize(8);
    assertThat(results.findValuesAsText("epochs")).containsOnly("3");
    List<String> pids =
        results.findValues("figures").stream()
            .filter(figures -> figures.size() > 0)
            .map(figures -> figures.get(0).get("value").asText())
            .toList();
    assertThat(Set.copyOf(pids)).hasSizeLessThanOrEqualTo(2);
    assertThat(pids).hasSize(4).doesNotContain(Long.toString(ProcessHandle.current().pid()));
    assertThat(results.findValuesAsText("failure"))
        .filteredOn(failure -> !failure.equals("null"))
        .hasSize(4)
        .containsOnly("IllegalStateException: no luck");
    assertThat(results.findValuesAsText("line")).as("in any encoding").contains("caf\u00e9");
    assertThat(Files.readString(folder.resolve("index.html"))).contains("r=\"1\"");
    assertThat(console.out()).contains("started process (seed 2)", "failed: fails (seed");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("results.json", "pictures.json", "results.md", "index.html");
    }
  }

  @Test
  void aProcessThatDiesIsAFailureAndTheOthersAreRun() throws IOException {
    Console console = new Console(Program.class, Program.experiments());
    assertThat(
            console.run(
                "run", "--jobs", "2", "--only", "dies,process", "--report", folder.toString()))
        .isEqualTo(1);
    assertThat(console.out())
        .contains("FAILED: its process ended with 7: last words", "failed: dies (seed 1)");
    assertThat(new ObjectMapper().readTree(folder.resolve("results.json").toFile()))
        .hasSize(2)
        .as("the parent does not load ND4J to say on what it ran")
        .allSatisfy(
            run ->
                assertThat(run.get("machine").asText().contains("kernels"))
                    .isEqualTo(run.get("failure").isNull()));
  }

  @Test
  void aLongRunHasAProcessToItself(@TempDir Path images) throws IOException {
    IdxFiles.writeAll(images, Garments.TRAIN + 1);
    Console console = new Console(Program.class, Program.experiments());
    String[] command = {
      "run",
      "--jobs",
      "2",
      "--seeds",
      "4",
      "--only",
      "process",
      "--report",
      folder.toString(),
      "--data",
      images.toString()
    };
    assertThat(console.run(command)).isZero();
    JsonNode results = new ObjectMapper().readTree(folder.resolve("results.json").toFile());
    assertThat(results.findValues("figures"))
        .extracting(figures -> figures.get(0).get("value").asText())
        .hasSize(4)
        .doesNotHaveDuplicates();
  }

  @Test
  void anInterruptedThreadSaysSo() {
    Console console = new Console(Program.class, Program.experiments());
    Thread.currentThread().interrupt();
    assertThat(
            console.run("run", "--jobs", "2", "--only", "process", "--report", folder.toString()))
        .isEqualTo(1);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(console.err()).contains("the runs were interrupted; the same command runs what is");
  }

  @Test
  void aChildHasTheSameImagesAndEndsWithItsParent() throws IOException, InterruptedException {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + SIGNAL + "=" + folder.resolve("signal"),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                "run",
                "--jobs",
                "2",
                "--train",
                "600",
                "--only",
                "waits",
                "--report",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    Path signal = folder.resolve("signal");
    while (!Files.exists(signal)) {
      assertThat(parent.isAlive()).as(Files.readString(folder.resolve("out"))).isTrue();
      Thread.sleep(50);
    }
    assertThat(signal).hasContent("waiting with 500");
    ProcessHandle child = parent.children().findFirst().orElseThrow();
    parent.destroyForcibly().waitFor();
    child.onExit().join();
    assertThat(folder.resolve("results.json")).doesNotExist();
  }

  @Test
  void unlessOneSaysSoSeveralRunSideBySide() {
    Console console = new Console(Program.class, Program.experiments());
    console.run("run", "--seeds", "2", "--only", "process", "--report", folder.toString());
    boolean several = Runtime.getRuntime().availableProcessors() > 1;
    assertThat(console.out().contains("started process (seed 2)")).isEqualTo(several);
    assertThat(console.out()).contains("[2/2] process, seed ");
  }

  /** Run in a Java of its own. */
  static final class Program {

    private Program() {}

    static Experiment[] experiments() {
      return new Experiment[] {
        new FakeExperiment(
            "process",
            context -> {
              System.out.println("what an experiment prints is no result");
              context.report("pid", ProcessHandle.current().pid());
              context.curve("loss", "caf\u00e9", 0.5, Double.NaN);
              context.picture("circle", "<svg><circle r=\"" + context.seed() + "\"/></svg>");
            }),
        new FakeExperiment(
            "waits",
            context -> {
              Path signal = Path.of(System.getProperty(SIGNAL));
              Path half = signal.resolveSibling("half");
              Files.writeString(half, "waiting with " + context.images(9_000).train().size());
              Files.move(half, signal);
              new CountDownLatch(1).await();
            }),
        new FakeExperiment(
            "fails",
            context -> {
              throw new IllegalStateException("no luck");
            }),
        new FakeExperiment(
            "dies",
            context -> {
              System.out.println("last words");
              System.out.flush();
              Runtime.getRuntime().halt(7);
            })
      };
    }

    public static void main(String[] args) {
      System.exit(
          TextbookCommand.commandLine(
                  () -> new Experiments(List.of(experiments())), DataSource::load, Program.class)
              .execute(args));
    }
  }
}
