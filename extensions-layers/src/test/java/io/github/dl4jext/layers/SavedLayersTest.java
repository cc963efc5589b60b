package io.github.dl4jext.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.spi.TrustedClasses;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Networks of layers that a release has saved load in this version, put out what they did, and
 * train on to where they did. Run with {@code -Dmodels.write=0.1.0} to write the folder of a
 * version anew.
 */
class SavedLayersTest {

  private static final Path FOLDER = Path.of("src", "test", "resources", "models");
  private static final String WRITE = "models.write";

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .updater(new Adam(0.01));
  }

  private static Map<String, Model> models() {
    return Map.of("series-stack", series(), "image-graph", image());
  }

  private static MultiLayerNetwork series() {
    NeuralNetConfiguration.ListBuilder list =
        base().list().layer(new SimpleRnn.Builder().nOut(4).build());
    for (Layer layer :
        List.of(
            new LayerNorm().with(LayerNorm.EPSILON, 1e-4),
            new RMSNorm(),
            new GroupNorm(2),
            new PReLU(0.5),
            new GLU(4),
            new SwiGLU(4, 0.5),
            new GEGLU(4),
            new ReGLU(4).with(ReGLU.BIAS, false),
            new SimpleRnn.Builder().nOut(3).build())) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            list.layer(new GlobalPoolingLayer())
                .layer(new OutputLayer.Builder().nOut(2).build())
                .setInputType(InputType.recurrent(3, 5))
                .build());
    net.init();
    return net;
  }

  private static ComputationGraph image() {
    ComputationGraphConfiguration.GraphBuilder builder =
        base()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(4, 4, 2))
            .addLayer("rescaling", new Rescaling(0.5, -0.25), "in")
            .addLayer("resizing", new Resizing(5, 3), "rescaling")
            .addLayer("convolution", new ConvolutionLayer.Builder(2, 2).nOut(4).build(), "resizing")
            .addLayer(
                "layer_norm",
                new LayerNorm().over(InputAxis.FEATURES, InputAxis.HEIGHT, InputAxis.WIDTH),
                "convolution")
            .addLayer("rms_norm", new RMSNorm(), "layer_norm")
            .addLayer("group_norm", new GroupNorm(2), "rms_norm")
            .addLayer("prelu", new PReLU().with(PReLU.SLOPES, PReLU.Slopes.ELEMENT), "group_norm")
            .addLayer("dense", new DenseLayer.Builder().nOut(5).build(), "prelu")
            .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "dense")
            .setOutputs("out");
    ComputationGraph net = new ComputationGraph(builder.build());
    net.init();
    return net;
  }

  private static DataSet batch(String name, int number) {
    long[] shape = name.startsWith("series") ? new long[] {4, 3, 5} : new long[] {4, 2, 4, 4};
    long length = LongStream.of(shape).reduce(1, (a, b) -> a * b);
    double[] numbers = new Random(number).doubles(length, -2, 2).toArray();
    return new DataSet(
        Nd4j.createFromArray(numbers).reshape(shape),
        Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}, {0, 1}, {1, 0}}));
  }

  @BeforeAll
  static void writes() throws IOException {
    String version = System.getProperty(WRITE);
    if (version != null) {
      Path folder = Files.createDirectories(FOLDER.resolve(version));
      for (Map.Entry<String, Model> entry : models().entrySet()) {
        Network.of(entry.getValue()).fit(batch(entry.getKey(), 0));
        Path file = folder.resolve(entry.getKey() + ".zip");
        ModelSerializer.writeModel(entry.getValue(), file.toFile(), true);
        Files.write(text(file), lines(entry.getKey(), entry.getValue()));
      }
    }
  }

  private static Path text(Path model) {
    return model.resolveSibling(model.getFileName().toString().replaceFirst("zip$", "txt"));
  }

  private static List<String> lines(String name, Model model) {
    List<String> lines = new ArrayList<>();
    numbers(name, model)
        .forEach(
            (what, numbers) ->
                lines.add(
                    what
                        + Arrays.stream(numbers)
                            .mapToObj(number -> " " + number)
                            .collect(Collectors.joining())));
    return lines;
  }

  /** What a network outputs and its parameters after another step. */
  private static Map<String, double[]> numbers(String name, Model model) {
    Network network = Network.of(model);
    Map<String, double[]> numbers = new LinkedHashMap<>();
    INDArray features = batch(name, 1).getFeatures();
    numbers.put("output", doubles(network.output(false, new INDArray[] {features}, null)[0]));
    network.fit(batch(name, 1));
    numbers.put("trained", doubles(network.parameters()));
    return numbers;
  }

  private static double[] doubles(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".zip")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void loadsAndTrainsOn(Path file) throws IOException {
    TrustedClasses.requireIn(configuration(file));
    String name = file.getFileName().toString().replaceFirst("[.]zip$", "");
    Model model =
        name.endsWith("stack")
            ? ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true)
            : ModelSerializer.restoreComputationGraph(file.toFile(), true);
    Map<String, double[]> numbers = numbers(name, model);
    for (String line : Files.readAllLines(text(file))) {
      String[] words = line.split(" ");
      double[] saved = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
      assertThat(numbers.remove(words[0])).as(words[0]).containsExactly(saved, within(1e-10));
    }
    assertThat(numbers).isEmpty();
  }

  @Test
  void everyLayerIsInOne() throws IOException {
    List<String> stored = new ArrayList<>();
    for (Path file : files()) {
      stored.add(configuration(file));
    }
    assertThat(stored).hasSizeGreaterThanOrEqualTo(2);
    List<Plugin<Layer>> layers = Plugins.installed().of(Layer.class);
    assertThat(layers).hasSizeGreaterThanOrEqualTo(9);
    for (Plugin<Layer> layer : layers) {
      String name = layer.getClass().getEnclosingClass().getName();
      assertThat(stored)
          .as("write them by -Dmodels.write=<version>")
          .anyMatch(json -> json.contains("\"" + name + "\""));
    }
  }

  private static String configuration(Path model) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(model)) {
      return Files.readString(zip.getPath("configuration.json"));
    }
  }
}
