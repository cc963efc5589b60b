package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Models that a release has saved load in this version, put out what they did, remember what they
 * did, and train on to where they did.
 *
 * <p>Each version has a folder. Beside a model lies a text with the plugins in it and with the
 * numbers, which the network had that was saved. Run with {@code -Dmodels.write=0.1.0} to write the
 * folder of a version anew.
 */
class SavedModelsTest {

  private static final Path FOLDER = Path.of("src", "test", "resources", "models");
  private static final String WRITE = "models.write";
  private static final int NEXT = 3;
  private static final int MOST_BYTES = 1 << 20;

  @BeforeAll
  static void writes() throws IOException {
    String version = System.getProperty(WRITE);
    if (version != null) {
      Path folder = Files.createDirectories(FOLDER.resolve(version));
      for (Path old : files(folder)) {
        Files.delete(old);
      }
      for (SavedModel model : SavedModel.all(FOLDER.resolve("arguments.txt"))) {
        write(model, folder);
      }
    }
  }

  private static void write(SavedModel model, Path folder) throws IOException {
    Model trained = model.trained();
    ModelSerializer.writeModel(trained, folder.resolve(model.name() + ".zip").toFile(), true);
    List<String> lines = new ArrayList<>();
    model.specs().forEach((kind, spec) -> lines.add(kind.getName() + " " + spec));
    numbers(trained)
        .forEach(
            (what, numbers) ->
                lines.add(
                    what
                        + Arrays.stream(numbers)
                            .mapToObj(number -> " " + number)
                            .collect(Collectors.joining())));
    Files.write(folder.resolve(model.name() + ".txt"), lines);
  }

  /** What a network outputs and remembers, and its parameters after another step. */
  private static Map<String, double[]> numbers(Model model) {
    Network network = Network.of(model);
    Map<String, double[]> numbers = new LinkedHashMap<>();
    INDArray features = SavedModel.batch(NEXT).getFeatures();
    numbers.put("output", doubles(network.output(false, new INDArray[] {features}, null)[0]));
    numbers.put(
        "state",
        network.updaterStateView().map(SavedModelsTest::doubles).orElseGet(() -> new double[0]));
    Nd4j.getRandom().setSeed(17);
    network.fit(SavedModel.batch(NEXT));
    numbers.put("trained", doubles(network.parameters()));
    return numbers;
  }

  private static double[] doubles(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  static List<Path> models() throws IOException {
    List<Path> models = new ArrayList<>();
    for (Path version : files(FOLDER)) {
      if (Files.isDirectory(version)) {
        files(version).stream()
            .filter(file -> file.toString().endsWith(".zip"))
            .forEach(models::add);
      }
    }
    return models;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static List<String> text(Path model) {
    try {
      return Files.readAllLines(Path.of(model.toString().replaceFirst("zip$", "txt")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void loadsAndTrainsOn(Path file) throws IOException {
    Model model =
        file.toString().endsWith("stack.zip")
            ? ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true)
            : ModelSerializer.restoreComputationGraph(file.toFile(), true);
    Map<String, double[]> numbers = numbers(model);
    for (String line : text(file)) {
      String[] words = line.split(" ");
      double[] actual = numbers.remove(words[0]);
      if (actual != null) {
        double[] saved = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
        double largest = DoubleStream.of(saved).map(Math::abs).max().orElse(0);
        assertThat(largest).as(words[0]).isFinite();
        assertThat(actual)
            .as(words[0])
            .containsExactly(saved, within(1e-10 * Math.max(1, largest)));
      }
    }
    assertThat(numbers).isEmpty();
  }

  @Test
  void everyPluginThatAModelCanStoreIsInOne() throws IOException {
    Set<String> missing = new TreeSet<>();
    for (Plugin<?> plugin : Plugins.installed().all()) {
      if (SavedModel.KINDS.contains(plugin.kind())) {
        missing.add(plugin.kind().getName() + " " + plugin.name());
      }
    }
    assertThat(missing).hasSizeGreaterThan(70);
    for (Path model : models()) {
      String stored = configuration(model);
      for (String line : text(model)) {
        String kind = line.replaceFirst(" .*", "");
        String plugin = kind + " " + SavedModel.pluginOf(line.substring(line.indexOf(' ') + 1));
        if (missing.remove(plugin) && !isStoredOtherwise(line)) {
          assertThat(stored).as(plugin + " in " + model).contains(className(plugin));
        }
      }
    }
    assertThat(missing)
        .as("in none of the models; write these by -Dmodels.write=<version>, see CONTRIBUTING.md")
        .isEmpty();
  }

  /** An optimizer is stored as its updater and its terms, and what is ND4J's as its own class. */
  private static boolean isStoredOtherwise(String line) {
    String kind = line.substring(0, line.indexOf(' '));
    return kind.equals(Optimizer.class.getName())
        || Plugins.installed().all().stream()
            .map(Plugin::kind)
            .filter(type -> type.getName().equals(kind))
            .findFirst()
            .map(type -> Plugins.installed().create(type, line.substring(kind.length() + 1)))
            .filter(made -> made.getClass().getName().startsWith("org.nd4j."))
            .isPresent();
  }

  private static String className(String plugin) {
    return Plugins.installed().all().stream()
        .filter(p -> plugin.equals(p.kind().getName() + " " + p.name()))
        .map(p -> p.getClass().getEnclosingClass().getName())
        .findFirst()
        .orElseThrow();
  }

  private static String configuration(Path model) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(model)) {
      return Files.readString(zip.getPath("configuration.json"));
    }
  }

  @Test
  void theFoldersAreSmall() throws IOException {
    for (Path version : files(FOLDER)) {
      if (Files.isDirectory(version)) {
        long bytes = 0;
        for (Path file : files(version)) {
          bytes += Files.size(file);
        }
        assertThat(bytes).as(version.toString()).isBetween(1L, (long) MOST_BYTES);
      }
    }
  }
}
