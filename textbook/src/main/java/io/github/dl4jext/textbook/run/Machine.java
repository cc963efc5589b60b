package io.github.dl4jext.textbook.run;

import io.github.dl4jext.cpu.CpuState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Describes the machine of a run in one line. */
final class Machine {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  static String describe() {
    return processor()
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " cores, "
        + System.getProperty("os.name")
        + ", Java "
        + Runtime.version().feature()
        + ", OMP_NUM_THREADS="
        + Optional.ofNullable(System.getenv("OMP_NUM_THREADS")).orElse("not set");
  }

  /** The same with what runs the matrix products, which only a process that has ND4J can tell. */
  static String describeWithBlas() {
    return describe() + blas();
  }

  /** OpenBLAS's version and the kernels that it has chosen; nothing if it is another BLAS. */
  private static String blas() {
    CpuState state = CpuState.current();
    if (state.kernel().isEmpty()) {
      return "";
    }
    String[] words = state.library().split(" ");
    return ", " + words[0] + " " + words[1] + " (" + state.kernel() + " kernels)";
  }

  /** The processor's model on Linux, which has it in a file; elsewhere the architecture. */
  private static String processor() {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(Machine::architecture);
    } catch (IOException | java.io.UncheckedIOException e) {
      return architecture();
    }
  }

  private static String architecture() {
    return System.getProperty("os.arch");
  }
}
