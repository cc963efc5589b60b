package io.github.dl4jext.transfer.freezing;

import static io.github.dl4jext.transfer.folding.Trained.fit;
import static io.github.dl4jext.transfer.folding.Trained.moved;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.transfer.folding.Trained;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class BatchNormPolicyTest {

  private final MultiLayerNetwork net = (MultiLayerNetwork) Trained.BATCH_NORM.trained();

  @Test
  void inferAndAdapt() {
    for (var expected :
        Map.of(
                BatchNormPolicy.infer(), List.of("4"),
                BatchNormPolicy.adapt(), List.of("1", "3", "4"))
            .entrySet()) {
      MultiLayerNetwork frozen =
          Freezing.freeze(net, LayerSelector.allButLast(1), expected.getKey());
      Map<String, double[]> before = parameters(frozen);
      fit(frozen, Trained.BATCH_NORM.data(), 3);
      assertThat(moved(before, parameters(frozen))).containsExactlyElementsOf(expected.getValue());
    }
  }

  /** Three rows and two rows, of another kind than the first data. */
  private static DataSet shifted(int rows) {
    return new DataSet(
        Nd4j.randn(DataType.DOUBLE, rows, 7).addi(3), Nd4j.zeros(DataType.DOUBLE, rows, 3));
  }

  @Test
  void theStatisticsOfTheFirstLayerAreThoseOfAllRows() {
    List<DataSet> batches = List.of(shifted(3), shifted(2));
    DataSetIterator data = new ListDataSetIterator<>(List.of(batches.get(0), batches.get(1)), 1);
    MultiLayerNetwork frozen =
        Freezing.freeze(net, LayerSelector.allButLast(1), BatchNormPolicy.recalibrate(data));

    INDArray all = Nd4j.vstack(batches.get(0).getFeatures(), batches.get(1).getFeatures());
    INDArray hidden = net.feedForwardToLayer(0, all, false).get(1);
    double[] mean = hidden.mean(0).toDoubleVector();
    double[] variance = hidden.var(false, 0).toDoubleVector();
    double[] stored = numbers(frozen.getLayer(1).getParam("mean"));
    double[] logStd = numbers(frozen.getLayer(1).getParam("log10stdev"));
    for (int i = 0; i < mean.length; i++) {
      assertThat(stored[i]).isCloseTo(mean[i], within(1e-12));
      assertThat(Math.pow(10, 2 * logStd[i])).isCloseTo(variance[i], within(1e-12));
    }
    assertThat(numbers(frozen.getLayer(1).getParam("gamma")))
        .isEqualTo(numbers(net.getLayer(1).getParam("gamma")));
    assertThat(numbers(frozen.getLayer(3).getParam("mean")))
        .isNotEqualTo(numbers(net.getLayer(3).getParam("mean")));

    Map<String, double[]> before = parameters(frozen);
    fit(frozen, Trained.BATCH_NORM.data(), 3);
    assertThat(moved(before, parameters(frozen))).containsExactly("4");
  }

  @Test
  void onlyWhatIsFrozenIsRecalibrated() {
    DataSetIterator data = new ListDataSetIterator<>(List.of(shifted(4)), 1);
    double[] before = numbers(net.params());
    MultiLayerNetwork frozen =
        Freezing.freeze(net, LayerSelector.upTo(1), BatchNormPolicy.recalibrate(data));
    assertThat(moved(parameters(net), parameters(frozen))).containsExactly("1");
    assertThat(numbers(net.params())).isEqualTo(before);
  }

  @Test
  void graphsAndImages() {
    ComputationGraph graph = (ComputationGraph) Trained.GRAPH.trained();
    DataSetIterator rows = new ListDataSetIterator<>(List.of(shifted(4)), 1);
    ComputationGraph frozen =
        Freezing.freeze(graph, LayerSelector.upTo("norm"), BatchNormPolicy.recalibrate(rows));
    assertThat(moved(parameters(graph), parameters(frozen))).containsExactly("norm");

    MultiLayerNetwork images = (MultiLayerNetwork) Trained.CONVOLUTIONAL.trained();
    DataSetIterator pictures = new ListDataSetIterator<>(List.of(Trained.CONVOLUTIONAL.data()), 1);
    MultiLayerNetwork cold =
        Freezing.freeze(images, LayerSelector.upTo(4), BatchNormPolicy.recalibrate(pictures));
    assertThat(moved(parameters(images), parameters(cold))).containsExactly("1", "4");
    INDArray hidden =
        images.feedForwardToLayer(0, Trained.CONVOLUTIONAL.data().getFeatures(), false).get(1);
    assertThat(numbers(cold.getLayer(1).getParam("mean"))[0])
        .isCloseTo(hidden.mean(0, 2, 3).getDouble(0), within(1e-12));
  }

  @Test
  void masksArePassedOnInBothTypesOfNetwork() {
    INDArray features = Nd4j.rand(DataType.DOUBLE, 4, 3, 5);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, 4, 5);
    for (int i = 0; i < 4; i++) {
      mask.putScalar(i, 4, 0);
    }
    INDArray shown =
        features.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 4));
    double[] expected = shown.mean(2).mean(0).toDoubleVector();
    DataSetIterator data =
        new ListDataSetIterator<>(
            List.of(new DataSet(features, Nd4j.zeros(DataType.DOUBLE, 4, 3), mask, null)), 4);
    MultiLayerNetwork stack =
        new MultiLayerNetwork(
            Trained.builder()
                .list()
                .layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(new BatchNormalization())
                .layer(Trained.output())
                .setInputType(InputType.recurrent(3))
                .build());
    stack.init();
    ComputationGraph graph =
        new ComputationGraph(
            Trained.builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(3))
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "in")
                .addLayer("norm", new BatchNormalization(), "pool")
                .addLayer("out", Trained.output(), "norm")
                .setOutputs("out")
                .build());
    graph.init();
    BatchNormPolicy policy = BatchNormPolicy.recalibrate(data);
    LayerSelector lower = LayerSelector.allButLast(1);
    INDArray ofStack = Freezing.freeze(stack, lower, policy).getLayer(1).getParam("mean");
    INDArray ofGraph = Freezing.freeze(graph, lower, policy).getLayer("norm").getParam("mean");
    assertThat(numbers(ofStack)).containsExactly(expected, within(1e-12));
    assertThat(numbers(ofGraph)).containsExactly(expected, within(1e-12));
  }

  @Test
  void withoutDataThereAreNoStatistics() {
    DataSetIterator none = new ListDataSetIterator<>(List.<DataSet>of(), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Freezing.freeze(net, LayerSelector.all(), BatchNormPolicy.recalibrate(none)))
        .withMessage(
            "batch normalization needs data for its statistics, but the iterator has none");
  }
}
