package io.github.dl4jext.transfer.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.transfer.Nets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Weights of 8 bits, in a network and in a file. */
class Int8Test {

  private static final InputType FLAT = InputType.feedForward(12);
  private static final InputType IMAGES = InputType.convolutional(6, 6, 2);

  private static MultiLayerNetwork dense(DataType type) {
    MultiLayerNetwork net =
        Nets.of(type, FLAT, Nets.dense(6, Activation.TANH), Nets.norm(), Nets.softmax(3));
    net.getLayerWiseConfigurations().setIterationCount(17);
    net.getLayerWiseConfigurations().setEpochCount(2);
    return net;
  }

  private static MultiLayerNetwork images(DataType type) {
    return Nets.of(
        type,
        IMAGES,
        new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.TANH).build(),
        Nets.norm(),
        Nets.softmax(3));
  }

  private static double[] numbers(INDArray array) {
    return Int8Weights.numbers(array);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void everyUnitIsRoundedAsPyTorchDoes(DataType type) throws IOException {
    MultiLayerNetwork net = dense(type);
    double[][] expected = new double[6][];
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Int8Test.class.getResourceAsStream("int8-weights.csv"), StandardCharsets.UTF_8))) {
      for (int unit = 0; unit < 6; unit++) {
        double[] line =
            Arrays.stream(lines.readLine().split(",")).mapToDouble(Double::parseDouble).toArray();
        double scale = line[0];
        net.getParam("0_W")
            .getColumn(unit)
            .assign(Nd4j.createFromArray(Arrays.copyOfRange(line, 1, 13)).castTo(type));
        expected[unit] =
            Arrays.stream(line, 13, 25)
                .map(q -> type == DataType.FLOAT ? (float) (q * scale) : q * scale)
                .toArray();
      }
    }
    double[] bias = numbers(net.getParam("0_b"));
    double[] norm = numbers(net.getParam("1_gamma"));

    ReducedNetwork<MultiLayerNetwork> reduced =
        ReducedPrecision.int8(net, Nets.normal(type, 2, 9, 12));

    INDArray weights = reduced.network().getParam("0_W");
    for (int unit = 0; unit < 6; unit++) {
      assertThat(numbers(weights.getColumn(unit))).isEqualTo(expected[unit]);
    }
    assertThat(numbers(reduced.network().getParam("0_b"))).isEqualTo(bias);
    assertThat(numbers(reduced.network().getParam("1_gamma"))).isEqualTo(norm);
    assertThat(reduced.network().getIterationCount()).isEqualTo(17);
  }

  @Test
  void theReportTellsSizeAndDifference() {
    MultiLayerNetwork net = dense(DataType.FLOAT);
    ReducedNetwork<MultiLayerNetwork> reduced =
        ReducedPrecision.int8(net, Nets.normal(DataType.FLOAT, 2, 40, 12));
    // 72 and 18 weights, 6 and 3 scales; 6 and 3 biases, 4 times 6 of the norm
    assertThat(reduced.bytes()).isEqualTo(90 + 4 * (9 + 9 + 24));
    assertThat(reduced.originalBytes()).isEqualTo(4 * net.numParams());
    // half a step of 254 for each of two layers, in a unit of which the largest counts
    assertThat(reduced.relativeDifference()).isPositive().isLessThan(4.0 / 254);
    assertThat(reduced.summary())
        .startsWith("258 bytes of 492 (52.4 %), largest difference ")
        .endsWith(" of the largest logit");
    assertThat(
            ReducedPrecision.rounded(net, WeightFormat.HALF, Nets.normal(DataType.FLOAT, 2, 4, 12))
                .bytes())
        .isEqualTo(2 * net.numParams());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void aFileHasTheSameNetworkBitByBit(DataType type, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("net.int8");
    for (MultiLayerNetwork net : List.of(dense(type), images(type), recurrent(type))) {
      double[] before = numbers(net.params());
      INDArray batch = batch(net, type);
      MultiLayerNetwork expected = ReducedPrecision.int8(net, batch).network();
      Int8File.write(net, file);
      MultiLayerNetwork restored = Int8File.restoreMultiLayerNetwork(file);
      assertThat(numbers(restored.params())).isEqualTo(numbers(expected.params()));
      assertThat(restored.params().dataType()).isEqualTo(type);
      assertThat(Network.of(restored).progress()).isEqualTo(Network.of(net).progress());
      assertThat(numbers(restored.output(batch))).isEqualTo(numbers(expected.output(batch)));
      assertThat(numbers(net.params())).isEqualTo(before);

      ComputationGraph graph = net.toComputationGraph();
      Network.of(graph).setProgress(Network.of(net).progress());
      Int8File.write(graph, file);
      ComputationGraph again = Int8File.restoreComputationGraph(file);
      assertThat(numbers(again.params())).isEqualTo(numbers(expected.params()));
      assertThat(Network.of(again).progress()).isEqualTo(Network.of(net).progress());
    }
  }

  private static MultiLayerNetwork recurrent(DataType type) {
    return Nets.of(
        type,
        InputType.recurrent(3, 5),
        new Bidirectional(new LSTM.Builder().nOut(4).activation(Activation.TANH).build()),
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .build());
  }

  private static INDArray batch(MultiLayerNetwork net, DataType type) {
    return switch (net.getLayer(0).conf().getLayer().getClass().getSimpleName()) {
      case "DenseLayer" -> Nets.normal(type, 2, 9, 12);
      case "ConvolutionLayer" -> Nets.normal(type, 2, 9, 2, 6, 6);
      default -> Nets.normal(type, 2, 9, 3, 5);
    };
  }

  @Test
  void aFileIsAboutAQuarter(@TempDir Path folder) throws IOException {
    MultiLayerNetwork net =
        Nets.of(
            DataType.FLOAT,
            InputType.feedForward(200),
            Nets.dense(300, Activation.TANH),
            Nets.softmax(3));
    Path small = folder.resolve("small");
    Int8File.write(net, small);
    Path whole = folder.resolve("whole");
    ModelSerializer.writeModel(net, whole.toFile(), false);
    assertThat((double) Files.size(small) / Files.size(whole)).isLessThan(0.3);
  }

  /** Whatever byte is changed, and wherever it is cut, one message says so. */
  @Test
  void damageIsTold(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("net.int8");
    Int8File.write(dense(DataType.FLOAT), file);
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i += 7) {
      byte[] changed = bytes.clone();
      changed[i] ^= 0x10;
      assertRefused(file, changed);
      assertRefused(file, Arrays.copyOf(bytes, i));
    }
    assertRefused(file, Arrays.copyOf(bytes, bytes.length + 1));
    Files.write(file, bytes);
    assertThatThrownBy(() -> Int8File.restoreComputationGraph(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "holds a MultiLayerNetwork: restore it with restoreMultiLayerNetwork");
    assertThat(Int8File.restoreMultiLayerNetwork(file).numParams()).isEqualTo(123);
  }

  private static void assertRefused(Path file, byte... bytes) throws IOException {
    Files.write(file, bytes);
    assertThatThrownBy(() -> Int8File.restoreMultiLayerNetwork(file))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            ".*net.int8 (is not a file that Int8File has written"
                + "|must be of version 1, was of \\d+: write it again"
                + "|is damaged: its checksum does not match)");
  }

  /** With the right checksum. */
  @Test
  void nonsenseThatIsWholeIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("net.int8");
    Int8File.write(dense(DataType.FLOAT), file);
    byte[] bytes = Arrays.copyOf(Files.readAllBytes(file), 60);
    CRC32 sum = new CRC32();
    sum.update(bytes, 0, 52);
    ByteBuffer.wrap(bytes).putLong(52, sum.getValue());
    Files.write(file, bytes);
    assertThatThrownBy(() -> Int8File.restoreMultiLayerNetwork(file))
        .isInstanceOf(IOException.class);
  }

  @Test
  void weightsThatAreNotFiniteAreNamed(@TempDir Path folder) {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
      MultiLayerNetwork net = dense(DataType.DOUBLE);
      net.getParam("0_W").putScalar(3, 1, bad);
      assertThatThrownBy(() -> ReducedPrecision.int8(net, Nets.normal(DataType.DOUBLE, 2, 4, 12)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("int8 cannot hold " + bad + ", an element of W of 0 \"layer0\"");
      assertThatThrownBy(() -> Int8File.write(net, folder.resolve("none")))
          .hasMessageContaining("int8 cannot hold " + bad);
      assertThat(folder.resolve("none")).doesNotExist();
    }
  }
}
