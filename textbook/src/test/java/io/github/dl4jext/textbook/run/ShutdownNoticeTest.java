package io.github.dl4jext.textbook.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.data.DataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Java cannot send Ctrl-C there")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ShutdownNoticeTest {

  private static final String READY = "the second experiment has begun";

  @TempDir private Path folder;

  @Test
  void ctrlCLeavesTheReportOfWhatWasFinished() throws IOException, InterruptedException {
    Process program = start("quick,endless", 1);
    String err = interrupt(program, READY);
    assertThat(program.waitFor()).isEqualTo(130);
    assertThat(err)
        .contains("interrupted; what was finished is in " + folder.resolve("index.html"));
    assertThat(new ObjectMapper().readTree(folder.resolve("results.json").toFile())).hasSize(1);
  }

  @Test
  void ctrlCBeforeAnythingWasFinishedSaysSo() throws IOException, InterruptedException {
    Process program = start("endless", 1);
    String err = interrupt(program, READY);
    assertThat(program.waitFor()).isEqualTo(130);
    assertThat(err).contains("interrupted before the first experiment was finished");
    assertThat(folder.resolve("results.json")).doesNotExist();
  }

  @Test
  void ctrlCWhileWorkersRunSaysNothingElse() throws IOException, InterruptedException {
    Process program = start("quick,endless", 2);
    String err = interrupt(program, "  shows quick");
    assertThat(program.waitFor()).isEqualTo(130);
    assertThat(err.lines()).filteredOn(line -> line.startsWith("interrupted")).hasSize(1);
    assertThat(err).doesNotContain("Exception");
    assertThat(program.descendants()).isEmpty();
  }

  private Process start(String experiments, int jobs) throws IOException {
    assumeThat(isInterruptIgnored()).as("SIGINT is ignored").isFalse();
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                "run",
                "--jobs",
                Integer.toString(jobs),
                "--only",
                experiments,
                "--report",
                folder.toString()))
        .redirectError(Files.createFile(folder.resolve("err")).toFile())
        .start();
  }

  private String interrupt(Process program, String when) throws IOException, InterruptedException {
    try (BufferedReader out = program.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.equals(when)) {
        line = out.readLine();
      }
      assertThat(line).as(Files.readString(folder.resolve("err"))).isEqualTo(when);
      new ProcessBuilder("kill", "-INT", Long.toString(program.pid())).start().waitFor();
      program.waitFor();
    } finally {
      program.destroyForcibly();
    }
    return Files.readString(folder.resolve("err"));
  }

  /** As where a script started the build in the background: whatever it starts inherits that. */
  private static boolean isInterruptIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> line.substring("SigIgn:".length()).strip())
        .anyMatch(ignored -> (Long.parseUnsignedLong(ignored, 16) & 1L << 2 - 1) != 0);
  }

  /** Run in a Java of its own. */
  static final class Program {

    private Program() {}

    public static void main(String[] args) {
      Experiment quick = new FakeExperiment("quick", context -> context.report("one", 1));
      Experiment endless =
          new FakeExperiment(
              "endless",
              context -> {
                System.out.println(READY);
                new CountDownLatch(1).await();
              });
      System.exit(
          TextbookCommand.commandLine(
                  () -> new Experiments(List.of(quick, endless)), DataSource::load, Program.class)
              .execute(args));
    }
  }
}
