package io.github.dl4jext.listeners.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The library that draws the bar reads the terminal with another, which likes to take signals. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "script(1) has other options elsewhere")
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CtrlCInTerminalTest {

  private static final Path SCRIPT = Path.of("/usr/bin/script");

  @TempDir private Path folder;

  @Test
  void shutdownHooksAreRunWhileABarIsDrawn() throws IOException, InterruptedException {
    assumeThat(SCRIPT).as("gives a program a terminal").isExecutable();
    assumeThat(isInterruptIgnored()).as("SIGINT is ignored").isFalse();
    Path ready = folder.resolve("ready");
    Path hooked = folder.resolve("hooked");
    Path screen = folder.resolve("screen");
    String java =
        "exec '%s/bin/java' -cp '%s' '%s' '%s' '%s'"
            .formatted(
                System.getProperty("java.home"),
                System.getProperty("java.class.path"),
                Program.class.getName(),
                ready,
                hooked);
    Process terminal =
        new ProcessBuilder(SCRIPT.toString(), "-qefc", java, screen.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(true)
            .start();
    try {
      while (terminal.isAlive() && !Files.exists(ready)) {
        Thread.sleep(50);
      }
      assertThat(ready).as(Files.readString(screen)).exists();
      new ProcessBuilder("kill", "-INT", Files.readString(ready)).start().waitFor();
      assertThat(terminal.waitFor()).isEqualTo(130);
    } finally {
      terminal.destroyForcibly();
    }
    assertThat(Files.readString(screen)).contains("\repoch 1/2");
    assertThat(hooked).exists();
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

  /** Run in a Java of its own, until it is stopped: READY HOOKED, two files to be made. */
  static final class Program {

    private Program() {}

    public static void main(String[] files) throws IOException, InterruptedException {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      Files.createFile(Path.of(files[1]));
                    } catch (IOException e) {
                      e.printStackTrace();
                    }
                  }));
      Model model = ProgressBarTest.model(1);
      ProgressBar bar = new ProgressBar(2, 1000);
      bar.onEpochStart(model);
      for (int step = 0; true; step++) {
        bar.iterationDone(model, step, 0);
        Thread.sleep(100);
        if (step == 8) {
          Path pid =
              Files.writeString(Path.of(files[0] + ".new"), "" + ProcessHandle.current().pid());
          Files.move(pid, Path.of(files[0]));
        }
      }
    }
  }
}
