package io.github.dl4jext.listeners.checkpoints;

import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.checkpoints.Equipment.Noise;
import io.github.dl4jext.listeners.checkpoints.Equipment.Rule;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is damaged in a file: what is found can be loaded, and is what was saved. */
class DamagedCheckpointsTest {

  @TempDir private Path folder;

  /** A bit of each byte, in headers, contents and directory; and the file cut off anywhere. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsFoundIsWhole(boolean byDl4j) throws IOException {
    Model model = Equipment.network(Type.MULTI_LAYER, Rule.ADAM_W, Noise.DROPOUT);
    model.setListeners(new ExponentialMovingAverage(0.9), Checkpoint.builder(folder).build());
    fit(model, batches(0, 3), 1);
    Path file = Checkpoint.latest(folder).orElseThrow();
    if (byDl4j) {
      ModelSerializer.writeModel(model, file.toFile(), true);
    }
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(3);
    int found = 0;
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << random.nextInt(8));
      found += isLoadedWhole(file, bad, model) ? 1 : 0;
      if (i % 16 == 0) {
        isLoadedWhole(file, Arrays.copyOf(good, i), model);
      }
    }
    assertThat(isLoadedWhole(file, good, model)).isTrue();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(found)
          .as("dates, versions and the like do not matter")
          .isLessThan(60 * zip.size());
    }
  }

  private boolean isLoadedWhole(Path file, byte[] bytes, Model model) throws IOException {
    Files.write(file, bytes);
    if (Checkpoint.latest(folder).isEmpty()) {
      return false;
    }
    MultiLayerNetwork loaded = MultiLayerNetwork.load(file.toFile(), true);
    assertThat(loaded.params().toDoubleVector()).isEqualTo(model.params().toDoubleVector());
    assertThat(Trainings.updaterState(loaded)).isEqualTo(Trainings.updaterState(model));
    assertThat(Checkpoint.resume(folder).<Model>network().params().toDoubleVector())
        .isEqualTo(model.params().toDoubleVector());
    return true;
  }

  /** It would count as the last one for good, and keep the training from going on. */
  @Test
  void aDamagedFileOfLaterStepsIsSetAside() throws IOException {
    Model model = Equipment.network(Type.GRAPH, Rule.ADAM_W, Noise.NONE);
    model.setListeners(new Checkpoint(folder));
    fit(model, batches(0, 3), 2);
    Path last = Checkpoint.latest(folder).orElseThrow();
    Files.write(last, Arrays.copyOf(Files.readAllBytes(last), 1000));
    Resumed resumed = Checkpoint.resume(folder);
    Model rest = resumed.network();
    rest.setListeners(new TrainingListener[] {Checkpoint.builder(folder).keepLast(1).build()});
    resumed.fit(batches(0, 3), 2);
    assertThat(rest.params().toDoubleVector()).isEqualTo(model.params().toDoubleVector());
    assertThat(Checkpoint.latest(folder)).contains(last);
    assertThat(last.resolveSibling(last.getFileName() + ".damaged")).exists();
  }

  @Test
  void aFileThatNamesForeignClassesIsRefusedByName() throws IOException {
    Model model = Equipment.network(Type.GRAPH, Rule.ADAM_W, Noise.NONE);
    model.setListeners(new Checkpoint(folder));
    fit(model, batches(0, 3), 1);
    Path file = Checkpoint.latest(folder).orElseThrow();
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path configuration = zip.getPath("configuration.json");
      Files.writeString(
          configuration,
          Files.readString(configuration)
              .replaceFirst("\"@class\" ?: ?\"[^\"]+\"", "\"@class\":\"java.awt.Point\""));
    }
    assertThatThrownBy(() -> Checkpoint.resume(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("java.awt.Point");
  }
}
