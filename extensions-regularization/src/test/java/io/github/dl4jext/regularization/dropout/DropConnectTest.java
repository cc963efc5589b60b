package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.StoredPluginContract;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.core.JsonProcessingException;

class DropConnectTest extends StoredPluginContract<IWeightNoise> {

  private static final int INPUTS = 5;
  private static final DropConnect BOTH = DropConnect.dropping(0.4).withBiases();

  @Override
  protected Class<IWeightNoise> kind() {
    return IWeightNoise.class;
  }

  @Override
  protected String spec() {
    return "drop_connect(rate=0.3, biases=true)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("drop_connect(rate=0.4, biases=true)", "drop_connect(rate=0.3)");
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .updater(new Adam(0.01));
  }

  /** A layer without noise below two with it, which share the instance. */
  private static MultiLayerNetwork multiLayer(IWeightNoise noise) {
    MultiLayerConfiguration conf =
        base()
            .list()
            .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(4).build())
            .layer(new DenseLayer.Builder().nIn(4).nOut(4).weightNoise(noise).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(2).weightNoise(noise).build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  private static ComputationGraph graph(IWeightNoise noise) {
    ComputationGraphConfiguration conf =
        base()
            .graphBuilder()
            .addInputs("in")
            .addLayer("first", new DenseLayer.Builder().nIn(INPUTS).nOut(4).build(), "in")
            .addLayer(
                "noisy",
                new DenseLayer.Builder().nIn(4).nOut(4).weightNoise(noise).build(),
                "first")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(2).weightNoise(noise).build(),
                "noisy")
            .setOutputs("out")
            .build();
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    return net;
  }

  private static DataSet data() {
    Nd4j.getRandom().setSeed(9);
    return new DataSet(Nd4j.rand(DataType.DOUBLE, 6, INPUTS), Nd4j.rand(DataType.DOUBLE, 6, 2));
  }

  private static INDArray weights(IWeightNoise noise, int iteration, boolean training) {
    MultiLayerNetwork net = multiLayer(noise);
    return noise.getParameter(
        net.getLayer(1), "W", iteration, 0, training, LayerWorkspaceMgr.noWorkspaces());
  }

  @Test
  void aWeightIsZeroOrScaledUp() {
    MultiLayerNetwork net = multiLayer(BOTH);
    Nd4j.getRandom().setSeed(3);
    for (String key : List.of("W", "b")) {
      INDArray parameter = net.getLayer(1).getParam(key);
      parameter.assign(4);
      INDArray noisy =
          BOTH.getParameter(net.getLayer(1), key, 0, 0, true, LayerWorkspaceMgr.noWorkspaces());
      double[] values = noisy.reshape(noisy.length()).toDoubleVector();
      assertThat(Arrays.stream(values).boxed())
          .allMatch(value -> value == 0 || Math.abs(value - 4 / 0.6) < 1e-12);
      assertThat(parameter.minNumber().doubleValue()).as("not touched").isEqualTo(4);
      assertThat(
              BOTH.getParameter(
                  net.getLayer(1), key, 0, 0, false, LayerWorkspaceMgr.noWorkspaces()))
          .isEqualTo(parameter);
    }
    assertThat(
            DropConnect.dropping(0.4)
                .getParameter(net.getLayer(1), "b", 0, 0, true, LayerWorkspaceMgr.noWorkspaces())
                .minNumber()
                .doubleValue())
        .as("biases only if asked for")
        .isEqualTo(4);
  }

  @Test
  void dropsTheShareStated() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(300).nOut(300).build())
                .build());
    net.init();
    Nd4j.getRandom().setSeed(3);
    INDArray noisy =
        DropConnect.dropping(0.3)
            .getParameter(net.getLayer(0), "W", 0, 0, true, LayerWorkspaceMgr.noWorkspaces());
    assertThat(noisy.eq(0).castTo(DataType.DOUBLE).meanNumber().doubleValue())
        .isCloseTo(0.3, within(4.89 * Math.sqrt(0.3 * 0.7 / 90_000))); // once in a million runs
  }

  @Test
  void readsAScheduleAtTheStep() throws JsonProcessingException {
    ISchedule schedule = new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.0, 1, 0.4, 2, 1.0));
    IWeightNoise written = DropConnect.dropping(schedule);
    IWeightNoise read =
        NeuralNetConfiguration.mapper()
            .readValue(
                NeuralNetConfiguration.mapper().writeValueAsString(written), IWeightNoise.class);
    assertThat(read).isEqualTo(written).isEqualTo(written.clone());
    INDArray plain = weights(written, 0, false);
    for (IWeightNoise noise : List.of(written, read)) {
      assertThat(weights(noise, 0, true).reshape(16).toDoubleVector())
          .isEqualTo(plain.reshape(16).toDoubleVector());
      Nd4j.getRandom().setSeed(2);
      assertThat(weights(noise, 1, true)).isNotEqualTo(plain);
      assertThatThrownBy(() -> weights(noise, 2, true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("rate must be a number in [0, 1)");
    }
  }

  @Test
  void theBackwardPassHasTheWeightsOfTheForwardPass() {
    DataSet data = data();
    MultiLayerNetwork net = multiLayer(BOTH);
    assertThat(GradientChecks.error(net, net.getLayer(0), data.getFeatures(), data.getLabels()))
        .isLessThan(1e-8);
    ComputationGraph graph = graph(BOTH);
    assertThat(
            GradientChecks.error(
                graph, graph.getLayer("first"), data.getFeatures(), data.getLabels()))
        .isLessThan(1e-8);
  }

  @Test
  void theRecurrentWeightsAreDroppedForAWholeSequence() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new LSTM.Builder().nOut(3).build())
                .layer(new LSTM.Builder().nOut(3).weightNoise(BOTH).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build())
                .setInputType(InputType.recurrent(2, 4))
                .build());
    net.init();
    INDArray x = Nd4j.rand(DataType.DOUBLE, 3, 2, 4);
    INDArray y = Nd4j.rand(DataType.DOUBLE, 3, 2, 4);
    assertThat(GradientChecks.error(net, net.getLayer(0), x, y)).isLessThan(1e-8);
    assertThat(GradientChecks.error(net, net.getLayer(1), x, y))
        .as("DL4J gives a dropped weight a gradient: see the class comment")
        .isGreaterThan(1e-4);
  }

  @Test
  void isOffInUse() {
    DataSet data = data();
    MultiLayerNetwork net = multiLayer(BOTH);
    MultiLayerNetwork without = multiLayer(null);
    without.setParams(net.params());
    assertThat(numbers(net.output(data.getFeatures())))
        .isEqualTo(numbers(without.output(data.getFeatures())));
    assertThat(numbers(net.output(data.getFeatures(), true)))
        .isNotEqualTo(numbers(without.output(data.getFeatures())));
  }

  @Test
  void resumesBitByBit() throws IOException {
    MultiLayerNetwork net = multiLayer(BOTH);
    fit(net);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(saved(net)), true);
    assertResumes(net, restored);
    ComputationGraph graph = graph(BOTH);
    fit(graph);
    assertResumes(
        graph,
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(saved(graph)), true));
  }

  private static void assertResumes(Model net, Model restored) {
    double[] before = numbers(net.params());
    fit(net);
    fit(restored);
    assertThat(numbers(net.params())).isNotEqualTo(before);
    assertThat(numbers(restored.params())).isEqualTo(numbers(net.params()));
  }

  private static byte[] saved(Model net) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, bytes, true);
    return bytes.toByteArray();
  }

  private static void fit(Model net) {
    DataSet data = data();
    if (net instanceof MultiLayerNetwork network) {
      network.output(data.getFeatures(), true); // leaves nothing behind
    }
    Nd4j.getRandom().setSeed(12);
    for (int i = 0; i < 3; i++) {
      if (net instanceof MultiLayerNetwork network) {
        network.fit(data);
      } else {
        ((ComputationGraph) net).fit(data);
      }
    }
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').reshape(array.length()).toDoubleVector();
  }
}
