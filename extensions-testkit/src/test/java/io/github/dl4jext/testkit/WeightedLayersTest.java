package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.WeightedLayers.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The weights of a unit are those that move the same output of the layer. */
class WeightedLayersTest {

  /** Layers whose weights lead to an output of their own, with no second stage that mixes them. */
  static Stream<Weights> layersOfOneStage() {
    Set<String> one =
        Set.of(
            "DenseLayer W",
            "ElementWiseMultiplicationLayer W",
            "ConvolutionLayer W",
            "Convolution1DLayer W",
            "Convolution3D W",
            "Deconvolution2D W",
            "Deconvolution3D W",
            "DepthwiseConvolution2D W",
            "SeparableConvolution2D pW",
            "TimeDistributed W",
            "SelfAttentionLayer Wo");
    return WeightedLayers.all().stream().filter(weights -> one.contains(weights.toString()));
  }

  @ParameterizedTest
  @MethodSource("layersOfOneStage")
  void aUnitIsWhatMovesOneOutput(Weights weights) {
    Map<Integer, Set<Long>> moved = channelsMovedByUnit(weights, 1);
    assertThat(moved.values()).allSatisfy(channels -> assertThat(channels).hasSize(1));
    assertThat(moved.values()).as("another unit, another output").doesNotHaveDuplicates();
  }

  /** Each gate of a recurrent layer moves its own output, until that is fed back. */
  static Stream<Weights> recurrentLayers() {
    return WeightedLayers.all().stream()
        .filter(
            weights ->
                Set.of(
                        "LSTM W",
                        "GravesLSTM W",
                        "SimpleRnn W",
                        "LastTimeStep RW",
                        "LSTM RW",
                        "GravesLSTM RW",
                        "SimpleRnn RW",
                        "RecurrentAttentionLayer W")
                    .contains(weights.toString()));
  }

  @ParameterizedTest
  @MethodSource("recurrentLayers")
  void aUnitIsOneGateOfAnOutput(Weights weights) {
    // a forget gate is of no consequence at the first step
    int steps = weights.layer() instanceof RecurrentAttentionLayer ? 1 : 2;
    Map<Integer, Set<Long>> moved = channelsMovedByUnit(weights, steps);
    moved.remove(WeightedLayers.NONE);
    assertThat(moved.values()).allSatisfy(channels -> assertThat(channels).hasSize(1));
    assertThat(new TreeSet<>(moved.values().stream().map(c -> c.iterator().next()).toList()))
        .as("every output has a unit")
        .hasSize(4);
  }

  /** Which channels of the layer's output each unit moves, over so many steps of a sequence. */
  private static Map<Integer, Set<Long>> channelsMovedByUnit(Weights weights, int steps) {
    MultiLayerNetwork network = weights.network(DataType.DOUBLE);
    INDArray x = input(weights, steps);
    if (weights.key().equals("W") && network.paramTable().containsKey("0_RW")) {
      network.getParam("0_RW").assign(0); // or else the second step mixes what the first moved
    }
    DataBuffer memory = network.getParam("0_" + weights.key()).data();
    INDArray before = network.feedForward(x, false).get(1).dup('c');
    Map<Integer, Set<Long>> moved = new HashMap<>();
    for (int i = 0; i < memory.length(); i++) {
      double weight = memory.getDouble(i);
      memory.put(i, weight + 0.5);
      INDArray after = network.feedForward(x, false).get(1).dup('c');
      memory.put(i, weight);
      Set<Long> channels =
          moved.computeIfAbsent(weights.unitAt().applyAsInt(i), unit -> new TreeSet<>());
      long inner = before.length() / before.size(0) / before.size(1);
      for (long j = 0; j < before.length(); j++) {
        if (before.data().getDouble(j) != after.data().getDouble(j)) {
          channels.add(j / inner % before.size(1));
        }
      }
    }
    return moved;
  }

  private static INDArray input(Weights weights, int steps) {
    Nd4j.getRandom().setSeed(2);
    long[] shape = weights.input().getShape(true);
    shape[0] = 3;
    if (weights.recurrent() && !weights.toString().startsWith("Conv")) {
      shape[2] = steps;
    }
    return Nd4j.rand(DataType.DOUBLE, shape);
  }
}
