package io.github.dl4jext.uncertainty;

import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.base;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.dense;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.examples;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.numbers;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NodeState;
import io.github.dl4jext.testkit.fixtures.DroppingNetworks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class AlwaysOnDropoutTest {

  private final MultiLayerNetwork net = DroppingNetworks.withBatchNorm(0.8, 0.6);
  private final INDArray x = examples(10);

  private static byte[] saved(Model model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(model, bytes, true);
    return bytes.toByteArray();
  }

  private static void fit(MultiLayerNetwork network, INDArray x) {
    INDArray labels = Nd4j.zeros(10, 3);
    labels.getColumn(1).assign(1);
    for (int i = 1; i < 4; i++) {
      Nd4j.getRandom().setSeed(i);
      network.fit(x, labels);
    }
  }

  @Test
  void outputIsASampleEachTime() {
    MultiLayerNetwork on = MonteCarloDropout.alwaysOn(net);
    assertThat(numbers(on.output(x))).isNotEqualTo(numbers(on.output(x)));
    int samples = 1500;
    INDArray sum = Nd4j.zeros(10, 3);
    for (int i = 0; i < samples; i++) {
      sum.addi(on.output(x));
    }
    MonteCarloPrediction expected =
        MonteCarloDropout.builder(net).samples(samples).build().predict(x);
    for (int i = 0; i < 30; i++) {
      double error = Math.sqrt(2) * expected.standardError().getDouble(i);
      assertThat(sum.getDouble(i) / samples)
          .isCloseTo(expected.mean().getDouble(i), within(5 * error));
    }
  }

  @Test
  void theOriginalIsAsItWas() {
    String before = net.getLayerWiseConfigurations().toJson();
    double[] parameters = numbers(net.params());
    MultiLayerNetwork on = MonteCarloDropout.alwaysOn(net);
    fit(on, x);
    assertThat(net.getLayerWiseConfigurations().toJson()).isEqualTo(before);
    assertThat(numbers(net.params())).isEqualTo(parameters);
    assertThat(numbers(on.params())).isNotEqualTo(parameters);
    assertThat(numbers(net.output(x))).isEqualTo(numbers(net.output(x)));
  }

  @Test
  void itTrainsAsTheOriginalWould() {
    MultiLayerNetwork on = MonteCarloDropout.alwaysOn(net);
    assertThat(on.getIterationCount()).isEqualTo(net.getIterationCount());
    assertThat(numbers(on.getUpdater().getStateViewArray()))
        .isEqualTo(numbers(net.getUpdater().getStateViewArray()));
    fit(on, x);
    fit(net, x);
    assertThat(numbers(on.params())).isEqualTo(numbers(net.params()));
  }

  /** Rates that were set by hand leave blocks that a new network would not form. */
  @Test
  void whatTheUpdaterRemembersGoesByName() {
    MultiLayerNetwork original =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(4).updater(new Adam(0.01)).build())
                .layer(
                    new DenseLayer.Builder()
                        .nIn(4)
                        .nOut(5)
                        .dropOut(0.5)
                        .updater(new Adam(0.02))
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(5)
                        .nOut(2)
                        .updater(new Adam(0.02))
                        .build())
                .build());
    original.init();
    original.fit(
        Nd4j.rand(DataType.DOUBLE, 6, 3), Nd4j.eye(2).castTo(DataType.DOUBLE).repeat(0, 3));
    Network.of(original)
        .nodes()
        .forEach(node -> node.updaters().forEach(u -> u.setLrAndSchedule(0.02, null)));
    MultiLayerNetwork on = MonteCarloDropout.alwaysOn(original);
    assertThat(states(on)).hasSize(6).isEqualTo(states(original));
  }

  private static List<String> states(MultiLayerNetwork network) {
    return NodeState.in(Network.of(network)).stream()
        .map(state -> state.slot().parameter() + state.arrays())
        .toList();
  }

  @Test
  void itSurvivesJsonAndSaving() throws IOException {
    MultiLayerNetwork on = MonteCarloDropout.alwaysOn(net);
    MultiLayerConfiguration conf = on.getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(conf.toJson()).contains("\"io.github.dl4jext.uncertainty.MonteCarloDropoutLayer\"");
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(saved(on)), true);
    Nd4j.getRandom().setSeed(9);
    double[] sample = numbers(on.output(x));
    Nd4j.getRandom().setSeed(9);
    assertThat(numbers(restored.output(x))).isEqualTo(sample);
    assertThat(numbers(restored.output(x))).isNotEqualTo(sample);
    fit(on, x);
    fit(restored, x);
    assertThat(numbers(restored.params())).isEqualTo(numbers(on.params()));
  }

  @Test
  void aGraphToo() throws IOException {
    ComputationGraph graph = DroppingNetworks.graphWithBatchNorm(0.8, 0.6);
    graph.getConfiguration().setIterationCount(12);
    String before = graph.getConfiguration().toJson();
    ComputationGraph on = MonteCarloDropout.alwaysOn(graph);
    assertThat(graph.getConfiguration().toJson()).isEqualTo(before);
    assertThat(on.getIterationCount()).isEqualTo(12);
    assertThat(numbers(on.params())).isEqualTo(numbers(graph.params()));
    assertThat(numbers(on.outputSingle(x))).isNotEqualTo(numbers(on.outputSingle(x)));
    ComputationGraphConfiguration conf = on.getConfiguration();
    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    ComputationGraph restored =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(saved(on)), true);
    Nd4j.getRandom().setSeed(9);
    double[] sample = numbers(on.outputSingle(x));
    Nd4j.getRandom().setSeed(9);
    assertThat(numbers(restored.outputSingle(x))).isEqualTo(sample);
    Nd4j.getRandom().setSeed(9);
    assertThat(numbers(graph.output(true, x)[0])).isNotEqualTo(sample);
  }

  @Test
  void preprocessorsStayInFrontOfTheDropout() {
    MultiLayerNetwork images =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(dense(0, 6).dropOut(0.5).build())
                .layer(output(6).build())
                .setInputType(InputType.convolutional(6, 6, 1))
                .build());
    images.init();
    MultiLayerNetwork on = MonteCarloDropout.alwaysOn(images);
    assertThat(on.getLayer(1).conf().getLayer()).isInstanceOf(MonteCarloDropoutLayer.class);
    assertThat(on.output(Nd4j.rand(2, 1, 6, 6)).shape()).containsExactly(2, 3);
    MultiLayerNetwork sequences =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new LastTimeStep(new LSTM.Builder().nIn(4).nOut(5).dropOut(0.5).build()))
                .layer(output(5).build())
                .build());
    sequences.init();
    String before = sequences.getLayerWiseConfigurations().toJson();
    MultiLayerNetwork dropping = MonteCarloDropout.alwaysOn(sequences);
    assertThat(sequences.getLayerWiseConfigurations().toJson()).isEqualTo(before);
    INDArray input = Nd4j.rand(2, 4, 3);
    assertThat(numbers(dropping.output(input))).isNotEqualTo(numbers(dropping.output(input)));
  }

  @Test
  void monteCarloDropoutTakesItToo() {
    MultiLayerNetwork on = MonteCarloDropout.alwaysOn(net);
    MonteCarloDropout predictor = MonteCarloDropout.builder(on).samples(20).seed(1).build();
    assertThat(numbers(predictor.predict(x).mean()))
        .isEqualTo(numbers(predictor.predict(x).mean()));
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    MultiLayerNetwork none = new MultiLayerNetwork(base().list().layer(output(5).build()).build());
    none.init();
    assertThatThrownBy(() -> MonteCarloDropout.alwaysOn(none))
        .hasMessageContaining("no dropout that acts in training");
    MultiLayerNetwork both =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new Bidirectional(new LSTM.Builder().nIn(4).nOut(5).dropOut(0.5).build()))
                .layer(new LastTimeStep(new LSTM.Builder().nIn(10).nOut(5).build()))
                .layer(output(5).build())
                .build());
    both.init();
    assertThatThrownBy(() -> MonteCarloDropout.alwaysOn(both))
        .hasMessageContaining("layer 0 (Bidirectional) has dropout inside");
    assertThatThrownBy(() -> new MonteCarloDropoutLayer(null))
        .hasMessageContaining("dropout must be given");
    assertThatThrownBy(
            () ->
                MultiLayerConfiguration.fromJson(
                    MonteCarloDropout.alwaysOn(net)
                        .getLayerWiseConfigurations()
                        .toJson()
                        .replaceAll("(?s)\"idropout\" *:.*?\\}", "\"idropout\" : null")))
        .isInstanceOf(RuntimeException.class);
  }
}
