package io.github.dl4jext.transfer.finetuning;

import static io.github.dl4jext.transfer.folding.Trained.fit;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.schedules.Cosine;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class LayerwiseRatesTest {

  private final MultiLayerNetwork net = (MultiLayerNetwork) Trained.DENSE.trained();

  /** Of each layer that has one, at a step. */
  private static List<Double> rates(Model model, int iteration) {
    List<Double> rates = new ArrayList<>();
    Network.of(model)
        .nodes()
        .forEach(
            layer ->
                LayerwiseRates.eachUpdater(
                    layer,
                    updater -> rates.add(LearningRate.of("test", updater).at(iteration, 0))));
    return rates;
  }

  private static void assertClose(List<Double> actual, double... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.get(i)).isCloseTo(expected[i], Offset.offset(1e-12 * expected[i]));
    }
  }

  @Test
  void factorsFromBottomToTop() {
    assertClose(LayerwiseRates.decay(0.5).factors(net), 0.125, 0.25, 0.5, 1);
    assertClose(LayerwiseRates.geometric(1e-3).factors(net), 1e-3, 1e-2, 1e-1, 1);
    assertClose(LayerwiseRates.body(0.1).factors(net), 0.1, 0.1, 0.1, 1);
    // fastai 2: even_mults(1e-6, 1e-3, 4)
    assertClose(
        rates(LayerwiseRates.slice(1e-6, 1e-3).copyWithRates(net), 7), 1e-6, 1e-5, 1e-4, 1e-3);
    // layers without parameters do not count
    assertThat(LayerwiseRates.decay(0.5).factors(Trained.CONVOLUTIONAL.trained())).hasSize(5);
  }

  @Test
  void theyActOnWhatTheLayersHave() {
    assertClose(
        rates(LayerwiseRates.decay(0.5).copyWithRates(net), 0), 0.00125, 0.0025, 0.005, 0.01);
    MultiLayerNetwork twice =
        LayerwiseRates.decay(0.5).copyWithRates(LayerwiseRates.decay(0.5).copyWithRates(net));
    assertClose(rates(twice, 0), 0.01 / 64, 0.01 / 16, 0.01 / 4, 0.01);
    assertClose(
        rates(LayerwiseRates.decay(0.5).with(1).copyWithRates(twice), 0), 0.125, 0.25, 0.5, 1);
  }

  @Test
  void aScheduleRisesAndFallsInAllLayers() {
    Cosine schedule = new Cosine(0.1, 0, 100);
    MultiLayerNetwork scheduled = LayerwiseRates.decay(0.5).with(schedule).copyWithRates(net);
    for (int step : new int[] {0, 30, 99}) {
      double rate = schedule.valueAt(step, 0);
      assertClose(rates(scheduled, step), rate / 8, rate / 4, rate / 2, rate);
    }
    MultiLayerNetwork again = (MultiLayerNetwork) restored(scheduled);
    assertThat(rates(again, 30)).isEqualTo(rates(scheduled, 30));
    fit(scheduled, Trained.DENSE.data(), 3);
    fit(again, Trained.DENSE.data(), 3);
    assertThat(numbers(again.params())).isEqualTo(numbers(scheduled.params()));
  }

  @Test
  void everythingElseIsKept() {
    double[] before = numbers(net.params());
    List<Double> ratesBefore = rates(net, 0);
    MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.at(1));
    MultiLayerNetwork slow = LayerwiseRates.decay(0.5).copyWithRates(frozen);
    assertThat(LayerSelector.where(Node::isFrozen).in(slow)).hasSize(1);
    assertThat(slow.getIterationCount()).isEqualTo(10);
    MultiLayerNetwork back =
        LayerwiseRates.decay(1).with(0.01).copyWithRates(Freezing.unfreeze(slow));
    assertThat(updaterState(back)).isEqualTo(updaterState(Freezing.unfreeze(net)));
    fit(back, Trained.DENSE.data(), 2);
    assertThat(numbers(net.params())).isEqualTo(before);
    assertThat(rates(net, 0)).isEqualTo(ratesBefore);
  }

  @Test
  void aFirstStepOfAdamIsAsLargeAsTheRate() {
    MultiLayerNetwork plain = (MultiLayerNetwork) Trained.BATCH_NORM.untrained();
    Trained.fit(plain, Trained.BATCH_NORM.data(), 0);
    MultiLayerNetwork slow = LayerwiseRates.slice(1e-4, 1e-2).copyWithRates(plain);
    double[] before = numbers(slow.getLayer(4).getParam("b"));
    fit(slow, Trained.BATCH_NORM.data(), 1);
    double[] after = numbers(slow.getLayer(4).getParam("b"));
    for (int i = 0; i < before.length; i++) {
      // Adam's epsilon makes it a little less
      assertThat(Math.abs(after[i] - before[i])).isCloseTo(1e-2, Offset.offset(1e-6));
    }
  }

  @Test
  void graphsAndWrappedLayers() {
    ComputationGraph graph = (ComputationGraph) Trained.GRAPH.trained();
    ComputationGraph slow = LayerwiseRates.body(0.1).copyWithRates(graph);
    assertThat(rates(slow, 0)).hasSize(6).contains(0.01);
    MultiLayerNetwork recurrent = (MultiLayerNetwork) Trained.RECURRENT.trained();
    assertClose(
        rates(LayerwiseRates.decay(0.1).with(1).copyWithRates(recurrent), 0),
        1e-3,
        1e-2,
        1e-2,
        0.1,
        1);
  }

  @Test
  void verticesWithParametersHaveRatesToo() {
    ComputationGraph graph = attention();
    assertClose(LayerwiseRates.decay(0.1).factors(graph), 0.01, 0.1, 1);
    ComputationGraph slow = LayerwiseRates.decay(0.1).copyWithRates(graph);
    assertClose(rates(slow, 0), 5e-3, 5e-2, 0.5);
    assertClose(rates(graph, 0), 0.5, 0.5, 0.5);
    MultiDataSet batch =
        new MultiDataSet(Nd4j.rand(DataType.DOUBLE, 2, 3, 4), Nd4j.rand(DataType.DOUBLE, 2, 3, 4));
    List<Double> whole = changes(graph, batch);
    List<Double> share = changes(slow, batch);
    assertThat(share.get(0) / whole.get(0)).isCloseTo(0.01, Offset.offset(1e-9));
    assertThat(share.get(1) / whole.get(1)).isCloseTo(0.1, Offset.offset(1e-9));
  }

  private static ComputationGraph attention() {
    AttentionVertex.Builder vertex =
        new AttentionVertex.Builder()
            .nInKeys(3)
            .nInQueries(3)
            .nInValues(3)
            .nOut(3)
            .nHeads(1)
            .headSize(3)
            .projectInput(true);
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.5))
                .graphBuilder()
                .addInputs("in")
                .addVertex("first", vertex.build(), "in", "in", "in")
                .addVertex("second", vertex.build(), "first", "first", "first")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nIn(3)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "second")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  /** How far a step moves the parameters of each of the two vertices. */
  private static List<Double> changes(ComputationGraph graph, MultiDataSet batch) {
    List<INDArray> parameters =
        List.of(graph.getVertex("first").params(), graph.getVertex("second").params());
    List<INDArray> before = parameters.stream().map(INDArray::dup).toList();
    graph.fit(batch);
    return List.of(
        parameters.get(0).distance2(before.get(0)), parameters.get(1).distance2(before.get(1)));
  }

  @Test
  void badNumbers() {
    assertThatThrownBy(() -> LayerwiseRates.decay(0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("layerwise_rates: factor must be a number in (0, 1], was 0.0");
    assertThatThrownBy(() -> LayerwiseRates.decay(0.5).with(Double.NaN))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("layerwise_rates: topmost must be a number in [0, inf), was NaN");
    assertThatThrownBy(() -> LayerwiseRates.geometric(Double.NaN))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> LayerwiseRates.slice(1e-3, 1e-4))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            "layerwise_rates: highest must be finite and at least lowest, which is 0.001, was 1.0E-4");
  }
}
