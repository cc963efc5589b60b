package io.github.dl4jext.it;

import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.diagnosis.GradientMonitor;
import io.github.dl4jext.listeners.diagnosis.LearningRateLog;
import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.plots.SchedulePlot;
import io.github.dl4jext.schedules.Cosine;
import io.github.dl4jext.schedules.finder.LearningRateFinder;
import io.github.dl4jext.schedules.finder.LearningRateSweep;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.transfer.features.FeatureCache;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Whatever writes files leaves the old file or the new one, whole, at whichever operation the disk
 * fails; and goes on when there is room again.
 */
class FileFaultsTest {

  private static final String OLD = "old ".repeat(50);

  @TempDir Path disk;

  /** Everything of the project that writes files. */
  enum Writer {
    FILE {
      @Override
      void write(Path folder) throws IOException {
        AtomicFiles.write(folder.resolve("file"), AtomicFiles.text("new ".repeat(5_000)));
      }

      @Override
      void check(Path folder) throws IOException {
        oldOrNew(folder.resolve("file"), "new ".repeat(5_000));
      }
    },
    SEVERAL_FILES {
      @Override
      void write(Path folder) throws IOException {
        Map<Path, AtomicFiles.Content> contents = new LinkedHashMap<>();
        for (String name : List.of("file", "second", "third")) {
          contents.put(folder.resolve(name), AtomicFiles.text("new " + name));
        }
        AtomicFiles.writeAll(contents);
      }

      @Override
      void check(Path folder) throws IOException {
        for (String name : List.of("file", "second", "third")) {
          oldOrNew(folder.resolve(name), "new " + name);
        }
      }
    },
    SVG {
      @Override
      void write(Path folder) {
        CHART.writeSvg(folder.resolve("file"));
      }

      @Override
      void check(Path folder) throws IOException {
        oldOrNew(folder.resolve("file"), CHART.toSvg() + "\n");
      }
    },
    SWEEP {
      @Override
      void write(Path folder) {
        SWEEP_OF_RATES.writeCsv(folder.resolve("file"));
      }

      @Override
      void check(Path folder) throws IOException {
        oldOrNew(folder.resolve("file"), SWEEP_OF_RATES.toCsv());
      }
    },
    LEARNING_RATE_LOG {
      @Override
      void write(Path folder) {
        train(new LearningRateLog(1, folder.resolve("log.csv")));
      }

      @Override
      void check(Path folder) throws IOException {
        wholeRows(folder.resolve("log.csv"));
      }
    },
    GRADIENT_MONITOR {
      @Override
      void write(Path folder) {
        train(new GradientMonitor(1, folder.resolve("log.csv")));
      }

      @Override
      void check(Path folder) throws IOException {
        wholeRows(folder.resolve("log.csv"));
      }
    },
    CHECKPOINT {
      @Override
      void write(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".zip")).toList()) {
            Files.delete(file); // a new training does not begin in the folder of an old one
          }
        }
        train(Checkpoint.builder(folder).everySteps(1).keepLast(2).build());
      }

      @Override
      void check(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".zip")).toList()) {
            assertThat(Checkpoint.latest(folder)).isPresent();
            assertThatCode(() -> ModelSerializer.restoreMultiLayerNetwork(file.toFile()))
                .doesNotThrowAnyException();
          }
        }
      }
    },
    FEATURE_CACHE {
      @Override
      void write(Path folder) {
        Model frozen = Freezing.freeze(network(), LayerSelector.named("first"));
        Model trained = FeatureCache.in(folder).fit(frozen, batches(0, 3), 2);
        assertThat(Network.of(trained).progress().iterations()).isEqualTo(6);
      }

      @Override
      void check(Path folder) {
        // the cache checks its own sums: what it does not throw away is whole
      }
    };

    private static final LineChart CHART = SchedulePlot.of(new Cosine(0.1, 100), 100);
    private static final LearningRateSweep SWEEP_OF_RATES =
        LearningRateFinder.builder(network()).steps(25).build().sweep(batches(0, 3));

    /** Writes, with a file of old content in the folder. */
    abstract void write(Path folder) throws IOException;

    /** What must be true whether the writing failed or not. */
    abstract void check(Path folder) throws IOException;

    static Model network() {
      return Trainings.network(Trainings.Type.MULTI_LAYER, Trainings.base(new Sgd(0.1)));
    }

    static void train(TrainingListener listener) {
      Model model = network();
      Network.of(model).setListeners(List.of(listener));
      Trainings.fit(model, batches(0, 3), 1);
    }

    static void oldOrNew(Path file, String content) throws IOException {
      assertThat(Files.readString(file)).isIn(OLD, content);
    }

    /** A kill may leave a part of the last row, which the next start cuts off. */
    static void wholeRows(Path file) throws IOException {
      if (Files.exists(file)) {
        List<String> lines = Files.readString(file).lines().toList();
        long columns = lines.isEmpty() ? 0 : commas(lines.get(0));
        assertThat(lines.stream().limit(Math.max(0, lines.size() - 1)))
            .allMatch(line -> commas(line) == columns);
      }
    }

    private static long commas(String line) {
      return line.chars().filter(c -> c == ',').count();
    }
  }

  @AfterEach
  void isNotInterrupted() {
    Thread.interrupted();
  }

  @ParameterizedTest
  @EnumSource
  void oneOperationFails(Writer writer) throws IOException {
    everyOperationFails(writer, false);
  }

  @ParameterizedTest
  @EnumSource
  void theProgramIsKilled(Writer writer) throws IOException {
    everyOperationFails(writer, true);
  }

  private void everyOperationFails(Writer writer, boolean forGood) throws IOException {
    int failures = 0;
    for (int n = 1; ; n++) {
      Path real = folderWithOldFiles("at" + n);
      Path faulty = FaultyFileSystem.over(real);
      FaultyFileSystem.failAt(faulty, n, forGood);
      try {
        writer.write(faulty);
      } catch (IOException | UncheckedIOException e) {
        failures++;
        assertThat(e).as("at operation %s", n).hasStackTraceContaining("No space left on device");
      }
      boolean reached = FaultyFileSystem.operations(faulty) >= n;
      FaultyFileSystem.failAt(faulty, 0, false);
      writer.check(real);
      writer.write(faulty);
      writer.check(real);
      if (!reached) {
        break;
      }
    }
    assertThat(failures).as("failures").isGreaterThan(3);
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptedThreadWritesAllTheSame(Writer writer) throws IOException {
    Path folder = folderWithOldFiles("interrupted");
    Thread.currentThread().interrupt();
    writer.write(folder);
    assertThat(Thread.interrupted()).isTrue();
    writer.check(folder);
    assertThat(leftovers(folder)).isEmpty();
  }

  @Test
  void anInterruptionInTheMiddleBreaksNothingOff() throws IOException {
    Path file = disk.resolve("file");
    AtomicFiles.write(
        file,
        out -> {
          for (int i = 0; i < 100; i++) {
            out.write(new byte[100_000]);
            Thread.currentThread().interrupt();
          }
        });
    assertThat(Thread.interrupted()).isTrue();
    assertThat(file).hasSize(10_000_000);
  }

  private Path folderWithOldFiles(String name) throws IOException {
    Path folder = Files.createDirectory(disk.resolve(name));
    for (String file : List.of("file", "second", "third")) {
      Files.writeString(folder.resolve(file), OLD);
    }
    return folder;
  }

  private static List<String> leftovers(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.map(file -> file.getFileName().toString()).forEach(names::add);
    }
    return names.stream().filter(name -> name.endsWith(".tmp")).toList();
  }
}
