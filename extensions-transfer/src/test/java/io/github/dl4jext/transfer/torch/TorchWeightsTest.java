package io.github.dl4jext.transfer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.layers.GroupNorm;
import io.github.dl4jext.layers.InputAxis;
import io.github.dl4jext.layers.LayerNorm;
import io.github.dl4jext.layers.RMSNorm;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Outputs of PyTorch 1.13, by {@code torch_weights.py}. */
class TorchWeightsTest {

  private static OutputLayer.Builder output(int out) {
    return new OutputLayer.Builder(LossFunction.MSE).nOut(out).activation(Activation.IDENTITY);
  }

  private static RnnOutputLayer sequenceOutput() {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static BatchNormalization norm(boolean logarithm) {
    return new BatchNormalization.Builder().useLogStd(logarithm).build();
  }

  /** A module of PyTorch's, and the same layers of DL4J's. */
  enum Pair {
    DENSE(
        InputType.feedForward(4),
        new DenseLayer.Builder().nOut(5).build(),
        norm(true),
        new ActivationLayer(Activation.RELU),
        output(3).hasBias(false).build()),
    CONVOLUTION(
        InputType.convolutional(8, 8, 2),
        new ConvolutionLayer.Builder(3, 3).nOut(3).build(),
        norm(false),
        new ActivationLayer(Activation.RELU),
        new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(),
        output(4).build()),
    SEQUENCE(
        InputType.recurrent(2),
        new Convolution1D.Builder(3)
            .nOut(3)
            .convolutionMode(ConvolutionMode.Same)
            .activation(Activation.TANH)
            .build(),
        new Convolution1D.Builder(1).nOut(2).build()),
    LSTM(
        InputType.recurrent(3),
        new LSTM.Builder().nOut(4).activation(Activation.TANH).build(),
        sequenceOutput()),
    RNN(
        InputType.recurrent(3),
        new SimpleRnn.Builder().nOut(4).activation(Activation.TANH).build(),
        sequenceOutput()),
    EMBEDDING(
        InputType.feedForward(7),
        new EmbeddingLayer.Builder().nIn(7).nOut(3).build(),
        output(2).build()),
    DEPTHWISE(
        InputType.convolutional(4, 4, 2),
        new DepthwiseConvolution2D.Builder()
            .depthMultiplier(2)
            .kernelSize(3, 3)
            .hasBias(false)
            .build(),
        output(2).build()),
    NORMS(
        InputType.feedForward(4),
        new DenseLayer.Builder().nOut(6).build(),
        new LayerNorm(),
        new ActivationLayer(Activation.RELU),
        new DenseLayer.Builder().nOut(6).build(),
        new RMSNorm(),
        new DenseLayer.Builder().nOut(4).build(),
        new GroupNorm(2),
        output(3).build()),
    IMAGE_NORMS(
        InputType.convolutional(6, 7, 2),
        new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
        new GroupNorm(2),
        new ActivationLayer(Activation.RELU),
        new ConvolutionLayer.Builder(2, 2).nOut(3).build(),
        new LayerNorm().over(InputAxis.FEATURES, InputAxis.HEIGHT, InputAxis.WIDTH),
        new ConvolutionLayer.Builder(1, 1).nOut(2).build(),
        new LayerNorm().over(InputAxis.HEIGHT, InputAxis.WIDTH),
        output(2).build()),
    STEP_NORMS(
        InputType.recurrent(3), new LayerNorm().with(LayerNorm.EPSILON, 1e-3), sequenceOutput());

    private final InputType inputs;
    private final List<Layer> layers;

    Pair(InputType inputs, Layer... layers) {
      this.inputs = inputs;
      this.layers = List.of(layers);
    }

    Path file(String ending) {
      return resource(name().toLowerCase(Locale.ROOT) + ending);
    }

    List<Model> networks(DataType type) {
      NeuralNetConfiguration.Builder base =
          new NeuralNetConfiguration.Builder()
              .seed(1)
              .dataType(type)
              .activation(Activation.IDENTITY);
      var list = base.list();
      layers.forEach(layer -> list.layer(layer.clone()));
      MultiLayerNetwork stack = new MultiLayerNetwork(list.setInputType(inputs).build());
      stack.init();
      var graph = base.graphBuilder().addInputs("in").setInputTypes(inputs);
      String below = "in";
      for (int i = 0; i < layers.size(); i++) {
        graph.addLayer("l" + i, layers.get(i).clone(), below);
        below = "l" + i;
      }
      ComputationGraph net = new ComputationGraph(graph.setOutputs(below).build());
      net.init();
      return List.of(stack, net);
    }
  }

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TorchWeightsTest.class.getResource("/torch/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static double difference(Model network, Path data) throws IOException {
    Map<String, INDArray> arrays = NumpyArchive.read(data);
    INDArray x = arrays.get("x").castTo(network.params().dataType());
    INDArray y = Network.of(network).output(false, new INDArray[] {x}, null)[0];
    INDArray wanted = arrays.get("y").castTo(y.dataType());
    assertThat(y.shape()).isEqualTo(wanted.shape());
    return y.sub(wanted).amaxNumber().doubleValue();
  }

  @ParameterizedTest
  @EnumSource
  void theNetworkAnswersAsPyTorchDoes(Pair pair) throws IOException {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      for (Model network : pair.networks(type)) {
        assertThat(difference(network, pair.file("-data.npz"))).isGreaterThan(1e-2);
        TorchWeights.read(pair.file(".npz")).copyInto(network);
        assertThat(difference(network, pair.file("-data.npz")))
            .as("%s %s", type, network.getClass().getSimpleName())
            .isLessThan(1e-6);
      }
    }
  }

  @Test
  void modulesAreNamedAndTakenInAnyOrder() throws IOException {
    TorchWeights weights = TorchWeights.read(Pair.DENSE.file(".npz"));
    assertThat(weights.modules()).containsExactly("0", "1", "3");
    for (Model network : Pair.DENSE.networks(DataType.FLOAT)) {
      List<String> names = new ArrayList<>();
      Network.of(network).nodes().forEach(node -> names.add(node.name()));
      Model frozen = Freezing.freeze(network, LayerSelector.at(0));
      weights.copyInto(frozen, Map.of(names.get(3), "3", names.get(0), "0", names.get(1), "1"));
      assertThat(difference(frozen, Pair.DENSE.file("-data.npz"))).isLessThan(1e-6);
    }
  }

  @Test
  void whatDoesNotFitIsToldAndNothingIsChanged() throws IOException {
    MultiLayerNetwork net = (MultiLayerNetwork) Pair.DENSE.networks(DataType.FLOAT).get(0);
    INDArray before = net.params().dup();
    TorchWeights dense = TorchWeights.read(Pair.DENSE.file(".npz"));
    assertThatThrownBy(() -> TorchWeights.read(Pair.RNN.file(".npz")).copyInto(net))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("as many layers with parameters as the state has modules")
        .hasMessageContaining("[rnn, out]");
    assertThatThrownBy(() -> dense.copyInto(net, Map.of("layer0", "0", "layer1", "7")))
        .hasMessageContaining("there is no module \"7\", only [0, 1, 3]");
    assertThatThrownBy(() -> dense.copyInto(net, Map.of("layer0", "3", "layer3", "0")))
        .hasMessageContaining("has W [4, 5], b [5], module \"3\" gives W [5, 3]");
    assertThatThrownBy(() -> dense.copyInto(net, Map.of("layer0", "0", "layer1", "0")))
        .hasMessageContaining("module \"0\" gives gamma [5, 4]");
    assertThatThrownBy(() -> dense.copyInto(net, Map.of("nowhere", "0")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(net.params().toDoubleVector()).isEqualTo(before.ravel().toDoubleVector());
    MultiLayerNetwork other =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new Bidirectional(new LSTM.Builder().nIn(3).nOut(4).build()))
                .layer(sequenceOutput())
                .setInputType(InputType.recurrent(3))
                .build());
    other.init();
    assertThatThrownBy(() -> TorchWeights.read(Pair.LSTM.file(".npz")).copyInto(other))
        .hasMessageContaining("has no known counterpart in PyTorch");
  }

  @Test
  void badFilesAreNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("weights.npz");
    Files.writeString(file, "no zip");
    assertThatThrownBy(() -> TorchWeights.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + " must be an .npz file of NumPy");
    assertThatThrownBy(() -> TorchWeights.read(folder.resolve("nowhere.npz")))
        .isInstanceOf(IOException.class);
    byte[] good = Files.readAllBytes(Pair.DENSE.file(".npz"));
    Files.write(file, Arrays.copyOf(good, 250));
    assertThatThrownBy(() -> TorchWeights.read(file)).isInstanceOf(IOException.class);
    for (String type : List.of("<c8", "|O8", "<f2")) {
      writeAs(file, "<f4", type);
      assertThatThrownBy(() -> TorchWeights.read(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("must be float32 or float64, were " + type);
    }
    Files.write(file, good);
    assertThat(TorchWeights.read(file).modules()).hasSize(3);
    writeAs(file, "<f4", "<f8");
    assertThatThrownBy(() -> TorchWeights.read(file))
        .hasMessageContaining("it has another length than its shape [5, 4]");
  }

  @Test
  void aShapeBeyondAnyFileIsTold(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("weights.npz");
    for (String shape : List.of("9999999999, 9999999999", "99999999999999999999")) {
      writeAs(file, "(5, 4), }", "(" + shape + "), }");
      assertThatThrownBy(() -> TorchWeights.read(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("its shape (" + shape + ") is larger than any file");
    }
  }

  /** Writes the arrays with something else in their headers, which may change the length. */
  private static void writeAs(Path file, String what, String by) throws IOException {
    try (ZipFile in = new ZipFile(Pair.DENSE.file(".npz").toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        byte[] array = in.getInputStream(entry).readAllBytes();
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(
            new String(array, StandardCharsets.ISO_8859_1)
                .replace(what, by)
                .getBytes(StandardCharsets.ISO_8859_1));
      }
    }
  }
}
