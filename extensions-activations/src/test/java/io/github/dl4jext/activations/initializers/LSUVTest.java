package io.github.dl4jext.activations.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.testkit.fixtures.Trainings;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class LSUVTest {

  private static final int EXAMPLES = 64;

  private static NeuralNetConfiguration.Builder base(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(type)
        .weightInit(WeightInit.XAVIER)
        .dropOut(0.5);
  }

  private static MultiLayerNetwork stack(DataType type, InputType in, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base(type).list();
    List.of(layers).forEach(list::layer);
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(in).build());
    net.init();
    return net;
  }

  private static INDArray data(DataType type, long... shape) {
    Random random = new Random(4);
    INDArray array = Nd4j.create(type, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, 3 * random.nextGaussian());
    }
    return array;
  }

  private static DataSet batch(DataType type, long... shape) {
    return new DataSet(data(type, shape), null);
  }

  private static double variance(INDArray array) {
    return array.castTo(DataType.DOUBLE).var(false).getDouble(0);
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  /** Computed by hand from what the layers below give out. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void whatADenseLayerSumsHasVarianceOne(DataType type) {
    Layer[] layers = new Layer[9];
    for (int i = 0; i < 8; i++) {
      layers[i] = new DenseLayer.Builder().nOut(40).activation(new Mish()).build();
    }
    layers[8] = new OutputLayer.Builder().nOut(30).activation(Activation.SOFTMAX).build();
    MultiLayerNetwork net = stack(type, InputType.feedForward(20), layers);
    DataSet batch = batch(type, EXAMPLES, 20);
    List<LSUV.Scaling> report = new LSUV().withTolerance(1e-3).initialise(net, batch);
    assertThat(report).hasSize(9).allMatch(each -> each.isWithin(1e-3));
    assertThat(report).allMatch(each -> each.iterations() == 1);
    List<INDArray> values = net.feedForward(batch.getFeatures(), false);
    for (int i = 0; i < 9; i++) {
      INDArray sums = values.get(i).mmul(net.getLayer(i).getParam("W"));
      assertThat(variance(sums)).as("layer %s", i).isCloseTo(1, within(1e-3));
      assertThat(report.get(i).after()).isCloseTo(variance(sums), within(1e-5));
    }
    assertThat(report.get(0)).hasToString("\"layer0\": variance 4.55 -> 1.000");
  }

  @Test
  void whatAConvolutionSumsHasVarianceOne() {
    MultiLayerNetwork net =
        stack(
            DataType.DOUBLE,
            InputType.convolutional(8, 8, 3),
            new ConvolutionLayer.Builder(3, 3).nOut(6).activation(Activation.RELU).build(),
            new BatchNormalization(),
            new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.RELU).build(),
            new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build());
    DataSet batch = batch(DataType.DOUBLE, EXAMPLES, 3, 8, 8);
    INDArray mean = net.getLayer(1).getParam("mean").dup();
    List<LSUV.Scaling> report = new LSUV().initialise(net, batch);
    assertThat(report).hasSize(3).allMatch(each -> each.isWithin(0.1));
    MultiLayerNetwork linear =
        stack(
            DataType.DOUBLE,
            InputType.convolutional(8, 8, 3),
            new ConvolutionLayer.Builder(3, 3).nOut(6).activation(Activation.IDENTITY).build(),
            new OutputLayer.Builder().nOut(4).build());
    linear.getLayer(0).setParams(net.getLayer(0).params().dup());
    assertThat(variance(linear.feedForward(batch.getFeatures(), false).get(1)))
        .isCloseTo(1, within(1e-9));
    assertThat(numbers(net.getLayer(1).getParam("mean"))).isEqualTo(numbers(mean));
  }

  @Test
  void whatARecurrentLayerSumsOfItsInputsHasVarianceOne() {
    MultiLayerNetwork net =
        stack(
            DataType.DOUBLE,
            InputType.recurrent(5),
            new Bidirectional(new LSTM.Builder().nOut(6).build()),
            new SimpleRnn.Builder().nOut(7).activation(Activation.TANH).build(),
            new RnnOutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build());
    DataSet batch = batch(DataType.DOUBLE, EXAMPLES, 5, 9);
    double[] recurrent = numbers(net.getLayer(1).getParam("RW"));
    List<LSUV.Scaling> report = new LSUV().initialise(net, batch);
    assertThat(report)
        .extracting(each -> each.weights().parameter())
        .containsExactly("fW", "bW", "W", "W");
    assertThat(report).allMatch(each -> each.isWithin(0.1));
    assertThat(numbers(net.getLayer(1).getParam("RW"))).isEqualTo(recurrent);
    INDArray x = batch.getFeatures().permute(0, 2, 1).dup('c').reshape(EXAMPLES * 9, 5);
    assertThat(variance(x.mmul(net.getLayer(0).getParam("fW")))).isCloseTo(1, within(1e-9));
    INDArray below = net.feedForward(batch.getFeatures(), false).get(1);
    INDArray rows = below.permute(0, 2, 1).dup('c').reshape(EXAMPLES * 9, 12);
    assertThat(variance(rows.mmul(net.getLayer(1).getParam("W")))).isCloseTo(1, within(1e-9));
  }

  @Test
  @SuppressWarnings("deprecation") // networks with it are still about
  void bothDirectionsAndPointWiseWeightsAreScaled() {
    MultiLayerNetwork series =
        stack(
            DataType.DOUBLE,
            InputType.recurrent(5),
            new GravesBidirectionalLSTM.Builder().nOut(6).build(),
            new RnnOutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build());
    assertThat(new LSUV().initialise(series, batch(DataType.DOUBLE, EXAMPLES, 5, 9)))
        .allMatch(each -> each.isWithin(0.1))
        .extracting(each -> each.weights().parameter())
        .containsExactly("WF", "WB", "W");
    MultiLayerNetwork images =
        stack(
            DataType.DOUBLE,
            InputType.convolutional(6, 6, 3),
            new SeparableConvolution2D.Builder(3, 3).nOut(4).activation(Activation.RELU).build(),
            new OutputLayer.Builder().nOut(3).build());
    assertThat(new LSUV().initialise(images, batch(DataType.DOUBLE, EXAMPLES, 3, 6, 6)))
        .allMatch(each -> each.isWithin(0.1))
        .extracting(each -> each.weights().parameter())
        .containsExactly("pW", "W");
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(20))
                .addLayer("a", dense(), "in")
                .addLayer("b", dense(), "a")
                .addVertex("sum", new ElementWiseVertex(Op.Add), "a", "b")
                .addLayer("out", new OutputLayer.Builder().nOut(3).build(), "sum")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(20).activation(Activation.RELU).build();
  }

  /** A skip, for which there is no formula; and the same weights from the same seed and data. */
  @Test
  void aGraphIsScaledFromTheInputOn() {
    ComputationGraph graph = graph();
    DataSet batch = batch(DataType.DOUBLE, EXAMPLES, 20);
    long random = Nd4j.getRandom().rootState();
    LSUV exact = new LSUV().withTolerance(1e-6);
    List<LSUV.Scaling> report = exact.initialise(graph, batch);
    assertThat(Nd4j.getRandom().rootState()).isEqualTo(random);
    assertThat(report)
        .extracting(each -> each.weights().toString())
        .containsExactly("a.W", "b.W", "out.W");
    INDArray sum = graph.feedForward(batch.getFeatures(), false).get("sum");
    assertThat(variance(sum.mmul(graph.getLayer("out").getParam("W")))).isCloseTo(1, within(1e-9));
    ComputationGraph again = graph();
    exact.initialise(
        again, new MultiDataSet(new INDArray[] {batch.getFeatures()}, new INDArray[0]));
    assertThat(numbers(again.params())).isEqualTo(numbers(graph.params()));
    Model restored = Trainings.saveAndRestore(graph);
    assertThat(numbers(restored.params())).isEqualTo(numbers(graph.params()));
  }

  @Test
  void weightsAreOrthonormalTimesANumberUnlessKept() {
    DataSet batch = batch(DataType.DOUBLE, EXAMPLES, 20);
    ComputationGraph graph = graph();
    INDArray before = graph.getLayer("a").getParam("W").dup();
    new LSUV().withOrthonormalStart(false).initialise(graph, batch);
    INDArray scaled = graph.getLayer("a").getParam("W");
    double factor = scaled.getDouble(0, 0) / before.getDouble(0, 0);
    assertThat(numbers(scaled)).containsExactly(numbers(before.mul(factor)), within(1e-12));
    new LSUV().initialise(graph, batch);
    INDArray gram = scaled.transpose().mmul(scaled);
    double length = gram.getDouble(0, 0);
    assertThat(numbers(gram)).containsExactly(numbers(Nd4j.eye(20).mul(length)), within(1e-9));
  }

  @Test
  void onlyChosenLayersAreScaledAndFrozenOnesAreLeft() {
    MultiLayerNetwork net =
        stack(
            DataType.DOUBLE,
            InputType.feedForward(20),
            new FrozenLayer(dense()),
            dense(),
            new OutputLayer.Builder().nOut(3).build());
    double[] before = numbers(net.getLayer(0).params());
    double[] last = numbers(net.getLayer(2).params());
    DataSet batch = batch(DataType.DOUBLE, EXAMPLES, 20);
    assertThat(new LSUV().withLayers(LayerSelector.allButLast(1)).initialise(net, batch))
        .hasSize(1);
    assertThat(numbers(net.getLayer(0).params())).isEqualTo(before);
    assertThat(numbers(net.getLayer(2).params())).isEqualTo(last);
  }

  @Test
  void whatCannotBeScaledIsRefusedAndTheNetworkStays() {
    ComputationGraph graph = graph();
    double[] before = numbers(graph.params());
    DataSet same = new DataSet(Nd4j.zeros(DataType.DOUBLE, 4, 20), null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LSUV().initialise(graph, same))
        .withMessageContaining("\"a\" (DenseLayer)")
        .withMessageContaining("have variance 0.0");
    assertThat(numbers(graph.params())).isEqualTo(before);
    MultiLayerNetwork words =
        stack(
            DataType.DOUBLE,
            InputType.feedForward(5),
            new EmbeddingLayer.Builder().nIn(5).nOut(4).build(),
            new OutputLayer.Builder().nOut(3).build());
    DataSet indices = new DataSet(Nd4j.createFromArray(new double[][] {{0}, {1}, {2}}), null);
    assertThat(new LSUV().initialise(words, indices)).hasSize(1);
    LSUV named = new LSUV().withLayers(LayerSelector.at(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named.initialise(words, indices))
        .withMessageContaining("[layer0] have no weights that LSUV scales");
    assertThatThrownBy(() -> new LSUV().withTolerance(0))
        .hasMessage("lsuv: tolerance must be a number in (0, 1), was 0.0");
    assertThatThrownBy(() -> new LSUV().withMaxIterations(0)).hasMessageContaining("maxIterations");
    assertThatThrownBy(() -> new LSUV().initialise(graph, (DataSet) null))
        .hasMessage("lsuv: batch must be given, was null");
    assertThat(Network.of(graph).progress().iterations()).isZero();
  }
}
