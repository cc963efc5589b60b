package io.github.dl4jext.it;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.penalties.Regularizations;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Makes small models with one plugin of each kind. There are as many as the kind with the most
 * plugins has, and the plugins of the others take turns, so that together the models have every
 * plugin that can be stored in one.
 */
final class SavedModel {

  /** The kinds that can be stored; listeners cannot. */
  static final List<Class<?>> KINDS =
      List.of(
          Optimizer.class,
          ISchedule.class,
          IActivation.class,
          IWeightInit.class,
          IDropout.class,
          IWeightNoise.class,
          LayerConstraint.class,
          Regularization.class);

  private static final int INPUTS = 3;
  private static final int CLASSES = 2;
  private static final int LENGTH = 4;
  private static final int BATCH = 5;
  private static final String OPTIMIZER_WITHIN = "adamw";

  private final String name;

  /** The spec of the plugin of each kind. */
  private final Map<Class<?>, String> specs;

  private SavedModel(String name, Map<Class<?>, String> specs) {
    this.name = name;
    this.specs = specs;
  }

  /**
   * Lists the models.
   *
   * @param arguments a file with specs of the plugins that cannot be made by their name alone
   */
  static List<SavedModel> all(Path arguments) throws IOException {
    Map<String, String> given =
        Files.readAllLines(arguments).stream()
            .collect(Collectors.toMap(SavedModel::pluginOf, Function.identity()));
    int count = KINDS.stream().mapToInt(kind -> names(kind).size()).max().orElseThrow();
    return IntStream.range(0, count).mapToObj(i -> of(i, given)).toList();
  }

  private static SavedModel of(int number, Map<String, String> given) {
    Map<Class<?>, String> specs = new LinkedHashMap<>();
    for (Class<?> kind : KINDS) {
      List<String> names = names(kind);
      specs.put(kind, spec(plugin(kind, names.get(number % names.size())), given));
    }
    specs.computeIfPresent(
        Optimizer.class, (kind, spec) -> withRate(spec, specs.get(ISchedule.class)));
    String type = number % 2 == 0 ? "stack" : "graph";
    return new SavedModel(String.format("%02d-%s", number, type), specs);
  }

  /** Gives an optimizer a schedule, or the one that it is around. */
  private static String withRate(String spec, String schedule) {
    String rate = "(learningRate=" + schedule + ")";
    return spec.contains("(")
        ? spec.replace(OPTIMIZER_WITHIN, OPTIMIZER_WITHIN + rate)
        : spec + rate;
  }

  private static Plugin<?> plugin(Class<?> kind, String name) {
    return Plugins.installed().get(kind, name);
  }

  /** What a plugin is made of: its line of the file, which is not for one without parameters. */
  static String spec(Plugin<?> plugin, Map<String, String> given) {
    String name = plugin.name();
    return plugin.parameters().isEmpty() ? name : given.getOrDefault(name, name);
  }

  /** The name of the plugin that a spec makes. */
  static String pluginOf(String spec) {
    return spec.replaceFirst("\\(.*", "");
  }

  private static List<String> names(Class<?> kind) {
    return Plugins.installed().all().stream()
        .filter(plugin -> plugin.kind() == kind)
        .map(Plugin::name)
        .toList();
  }

  String name() {
    return name;
  }

  Map<Class<?>, String> specs() {
    return specs;
  }

  private <T> T create(Class<T> kind) {
    return Plugins.installed().create(kind, specs.get(kind));
  }

  /** Makes the network, and trains it a little. */
  Model trained() {
    return trained(name.endsWith("graph"));
  }

  /** Makes the network as one of either type, and trains it a little. */
  Model trained(boolean graph) {
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder().seed(3).dataType(DataType.DOUBLE);
    Model model = graph ? graph(base) : stack(base);
    Network network = Network.of(model);
    for (int step = 0; step < 3; step++) {
      network.fit(batch(step));
    }
    return model;
  }

  private MultiLayerNetwork stack(NeuralNetConfiguration.Builder base) {
    MultiLayerConfiguration conf =
        base.list()
            .layer(convolution())
            .layer(recurrent())
            .layer(output())
            .setInputType(InputType.recurrent(INPUTS, LENGTH))
            .build();
    Regularizations.onWeights(conf, create(Regularization.class));
    Constraints.onWeights(conf, create(LayerConstraint.class));
    MultiLayerNetwork network = new MultiLayerNetwork(create(Optimizer.class).configure(conf));
    network.init();
    return network;
  }

  private ComputationGraph graph(NeuralNetConfiguration.Builder base) {
    ComputationGraphConfiguration conf =
        base.graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.recurrent(INPUTS, LENGTH))
            .addLayer("convolution", convolution(), "in")
            .addLayer("recurrent", recurrent(), "convolution")
            .addLayer("out", output(), "recurrent")
            .setOutputs("out")
            .build();
    Regularizations.onWeights(conf, create(Regularization.class));
    Constraints.onWeights(conf, create(LayerConstraint.class));
    ComputationGraph network = new ComputationGraph(create(Optimizer.class).configure(conf));
    network.init();
    return network;
  }

  private Layer convolution() {
    return new Convolution1DLayer.Builder()
        .kernelSize(2)
        .convolutionMode(ConvolutionMode.Same)
        .nOut(4)
        .activation(create(IActivation.class))
        .weightInit(create(IWeightInit.class))
        .build();
  }

  private Layer recurrent() {
    return new SimpleRnn.Builder()
        .nOut(3)
        .activation(Activation.TANH)
        .weightInit(create(IWeightInit.class))
        .dropOut(create(IDropout.class))
        .build();
  }

  private Layer output() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .weightNoise(create(IWeightNoise.class))
        .build();
  }

  /** Another minibatch for each number. */
  static DataSet batch(int number) {
    double[] numbers = new Random(number).doubles((long) BATCH * INPUTS * LENGTH, -2, 2).toArray();
    INDArray features = Nd4j.createFromArray(numbers).reshape(BATCH, INPUTS, LENGTH);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, BATCH, CLASSES, LENGTH);
    for (int i = 0; i < BATCH; i++) {
      for (int step = 0; step < LENGTH; step++) {
        labels.putScalar(new int[] {i, features.getDouble(i, 0, step) > 0 ? 1 : 0, step}, 1);
      }
    }
    return new DataSet(features, labels);
  }
}
