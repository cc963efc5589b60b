package io.github.dl4jext.network;

import static io.github.dl4jext.network.TestNetworks.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class BatchNormStatisticsTest {

  private static final double ROUNDING = 1e-6;

  /** Batch normalization as the first layer sees the data themselves. */
  private static MultiLayerNetwork first(DataType type, boolean logarithm) {
    return TestNetworks.start(
        TestNetworks.base(type)
            .list()
            .layer(norm(logarithm))
            .layer(TestNetworks.output(5).build())
            .build());
  }

  private static Model firstInGraph(DataType type) {
    return TestNetworks.start(
        TestNetworks.base(type)
            .graphBuilder()
            .addInputs("in")
            .addLayer("norm", norm(true), "in")
            .addLayer("out", TestNetworks.output(5).build(), "norm")
            .setOutputs("out")
            .build());
  }

  private static BatchNormalization norm(boolean logarithm) {
    return new BatchNormalization.Builder()
        .nIn(5)
        .nOut(5)
        .name("norm")
        .useLogStd(logarithm)
        .build();
  }

  /** Batches of 4, 8, 2 rows, of which each has another mean. */
  private static List<DataSet> batches(DataType type) {
    List<DataSet> batches = new ArrayList<>();
    Random random = new Random(5);
    for (int size : new int[] {4, 8, 2}) {
      INDArray features = TestNetworks.normal(random, size, 5).addi(size).castTo(type);
      INDArray labels = Nd4j.zeros(type, size, 3);
      labels.getColumn(0).assign(1);
      batches.add(new DataSet(features, labels));
    }
    return batches;
  }

  private static double[] statistics(Network network, String parameter) {
    return numbers(network.node("norm").parameters().get(parameter));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void areThoseOfAllRowsTogether(DataType type) {
    List<DataSet> data = batches(type);
    INDArray rows =
        Nd4j.vstack(data.stream().map(DataSet::getFeatures).toArray(INDArray[]::new))
            .castTo(DataType.DOUBLE);
    double[] mean = numbers(rows.mean(0));
    double[] variance = numbers(rows.var(false, 0));
    for (boolean logarithm : new boolean[] {true, false}) {
      MultiLayerNetwork net = first(type, logarithm);
      Network network = Network.of(net);
      assertThat(BatchNormStatistics.areIn(network)).isTrue();
      double[] gamma = statistics(network, "gamma");
      BatchNormStatistics.recompute(network, new ExistingDataSetIterator(data));
      assertThat(statistics(network, "mean")).containsExactly(mean, within(ROUNDING));
      double[] expected =
          logarithm ? Arrays.stream(variance).map(v -> Math.log10(v) / 2).toArray() : variance;
      assertThat(statistics(network, logarithm ? "log10stdev" : "var"))
          .containsExactly(expected, within(ROUNDING * 10));
      assertThat(statistics(network, "gamma")).isEqualTo(gamma);
    }
  }

  @Test
  void doNotDependOnTheBatchesNorOnTheTypeOfNetwork() {
    List<DataSet> data = batches(DataType.DOUBLE);
    Network cut = Network.of(first(DataType.DOUBLE, true));
    Network whole = Network.of(first(DataType.DOUBLE, true));
    Network graph = Network.of(firstInGraph(DataType.DOUBLE));
    BatchNormStatistics.recompute(cut, new ExistingDataSetIterator(data));
    BatchNormStatistics.recompute(whole, new ExistingDataSetIterator(List.of(DataSet.merge(data))));
    List<MultiDataSet> multi = data.stream().map(DataSet::toMultiDataSet).toList();
    BatchNormStatistics.recompute(graph, new IteratorMultiDataSetIterator(multi.iterator(), 14));
    for (String parameter : List.of("mean", "log10stdev")) {
      assertThat(statistics(cut, parameter))
          .containsExactly(statistics(whole, parameter), within(1e-12));
      assertThat(statistics(graph, parameter))
          .containsExactly(statistics(whole, parameter), within(1e-12));
    }
  }

  @Test
  void areOfChannelsInImages() {
    MultiLayerNetwork net = TestNetworks.images(DataType.DOUBLE);
    Network network = Network.of(net);
    List<DataSet> data = TestNetworks.batches(net, 2);
    BatchNormStatistics.recompute(network, new ExistingDataSetIterator(data));
    INDArray all = DataSet.merge(data).getFeatures();
    INDArray maps = network.activations(false, new INDArray[] {all}, null, null).get("layer0");
    assertThat(numbers(network.node("layer1").parameters().get("mean")))
        .containsExactly(numbers(maps.mean(0, 2, 3)), within(1e-12));
  }

  @Test
  void leaveFrozenLayersAloneUnlessTheyAreSelected() {
    List<DataSet> data = batches(DataType.DOUBLE);
    FrozenLayer frozen = new FrozenLayer(norm(true));
    frozen.setLayerName("norm");
    MultiLayerNetwork net =
        TestNetworks.start(
            TestNetworks.base(DataType.DOUBLE)
                .list()
                .layer(frozen)
                .layer(TestNetworks.output(5).build())
                .build());
    Network network = Network.of(net);
    assertThat(BatchNormStatistics.areIn(network)).isFalse();
    double[] before = numbers(net.params());
    ExistingDataSetIterator untouched = new ExistingDataSetIterator(data.iterator());
    BatchNormStatistics.recompute(network, untouched);
    assertThat(numbers(net.params())).isEqualTo(before);
    assertThat(untouched.hasNext()).isTrue();
    BatchNormStatistics.recompute(network, LayerSelector.all(), new ExistingDataSetIterator(data));
    Network plain = Network.of(first(DataType.DOUBLE, true));
    BatchNormStatistics.recompute(plain, new ExistingDataSetIterator(data));
    assertThat(statistics(network, "mean")).isEqualTo(statistics(plain, "mean"));
    assertThat(network.frozen()).containsExactly("norm");
  }

  /** Noise before batch normalization would make each pass another one. */
  private static DenseLayer noisy(boolean noise) {
    DenseLayer.Builder dense = TestNetworks.dense(5, 5).name("dense");
    if (noise) {
      dense.dropOut(0.5).weightNoise(new DropConnect(0.5));
    }
    return dense.build();
  }

  @Test
  void areComputedWithoutNoise() {
    List<Model> models = new ArrayList<>();
    for (boolean noise : new boolean[] {true, false}) {
      models.add(
          TestNetworks.start(
              TestNetworks.base(DataType.DOUBLE)
                  .list()
                  .layer(noisy(noise))
                  .layer(norm(true))
                  .layer(TestNetworks.output(5).build())
                  .build()));
      models.add(
          TestNetworks.start(
              TestNetworks.base(DataType.DOUBLE)
                  .graphBuilder()
                  .addInputs("in")
                  .addLayer("dense", noisy(noise), "in")
                  .addLayer("norm", norm(true), "dense")
                  .addLayer("out", TestNetworks.output(5).build(), "norm")
                  .setOutputs("out")
                  .build()));
    }
    List<double[]> means = new ArrayList<>();
    for (Model model : models) {
      Network network = Network.of(model);
      for (ParameterSlot slot : network.node("dense").slots()) {
        slot.value()
            .assign(
                Nd4j.linspace(-1, 1, slot.value().length(), DataType.DOUBLE)
                    .reshape(slot.value().shape()));
      }
      BatchNormStatistics.recompute(network, new ExistingDataSetIterator(batches(DataType.DOUBLE)));
      means.add(statistics(network, "mean"));
    }
    assertThat(means).hasSize(4).allSatisfy(m -> assertThat(m).isEqualTo(means.get(0)));
    assertThat(Network.of(models.get(0)).node("dense").layer().filter(TrainingNoise::isIn))
        .isPresent();
  }

  /** What is pooled before batch normalization depends on the mask of the features. */
  @Test
  void useMasksInBothTypesOfNetwork() {
    MultiLayerNetwork stack =
        TestNetworks.start(
            TestNetworks.base(DataType.DOUBLE)
                .list()
                .layer(new LSTM.Builder().nIn(5).nOut(5).name("lstm").build())
                .layer(new GlobalPoolingLayer.Builder().name("pool").build())
                .layer(norm(true))
                .layer(TestNetworks.output(5).build())
                .setInputType(InputType.recurrent(5, TestNetworks.STEPS))
                .build());
    Model graph = TestNetworks.pooled(DataType.DOUBLE);
    graph.params().assign(stack.params());
    DataSet plain = TestNetworks.batches(stack, 1).get(0);
    DataSet masked = TestNetworks.masked(plain);
    // masked steps as they are make no difference: other numbers there change nothing
    INDArray other = masked.getFeatures().dup();
    other
        .get(NDArrayIndex.interval(0, 4), NDArrayIndex.all(), NDArrayIndex.interval(2, 4))
        .assign(9);
    DataSet disturbed = new DataSet(other, masked.getLabels(), masked.getFeaturesMaskArray(), null);
    for (Model model : List.of(stack, graph)) {
      Network network = Network.of(model);
      double[] expected = mean(network, n -> iterate(n, masked));
      assertThat(mean(network, n -> iterate(n, disturbed))).isEqualTo(expected);
      assertThat(mean(network, n -> iterateMulti(n, disturbed))).isEqualTo(expected);
      assertThat(mean(network, n -> iterate(n, plain))).isNotEqualTo(expected);
    }
  }

  private static void iterate(Network network, DataSet data) {
    BatchNormStatistics.recompute(network, new ExistingDataSetIterator(List.of(data)));
  }

  private static void iterateMulti(Network network, DataSet data) {
    BatchNormStatistics.recompute(
        network, new IteratorMultiDataSetIterator(List.of(data.toMultiDataSet()).iterator(), 8));
  }

  private static double[] mean(Network network, Consumer<Network> recompute) {
    recompute.accept(network);
    return statistics(network, "mean");
  }

  @Test
  void needData() {
    Network network = Network.of(first(DataType.FLOAT, true));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                BatchNormStatistics.recompute(
                    network, new ExistingDataSetIterator(new ArrayList<DataSet>())))
        .withMessage(
            "batch normalization needs data for its statistics, but the iterator has none");
  }
}
