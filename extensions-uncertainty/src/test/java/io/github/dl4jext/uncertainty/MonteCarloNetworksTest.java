package io.github.dl4jext.uncertainty;

import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.base;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.dense;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.numbers;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.regularization.dropout.AlphaDropout;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.regularization.dropout.GaussianDropout;
import io.github.dl4jext.regularization.dropout.GaussianNoise;
import io.github.dl4jext.testkit.fixtures.DroppingNetworks;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Every sort of network; each is a function of the probability to keep. */
class MonteCarloNetworksTest {

  /** Keeps all: less than one in a million million is dropped, but it is no dropout of nothing. */
  static final double AS_GOOD_AS_ALL = Math.nextDown(1.0);

  static final Map<String, DoubleFunction<Model>> NETWORKS = new TreeMap<>();
  static final Map<String, INDArray[]> INPUTS = new TreeMap<>();
  private static final int ROWS = 7;

  private static void network(String name, DoubleFunction<Model> make, INDArray... inputs) {
    NETWORKS.put(
        name,
        keep -> {
          Nd4j.getRandom().setSeed(5);
          Model model = make.apply(keep);
          if (model instanceof MultiLayerNetwork net) {
            net.init();
          } else {
            ((ComputationGraph) model).init();
          }
          return model;
        });
    INPUTS.put(name, inputs);
  }

  private static LSTM.Builder lstm(int in, int out) {
    return new LSTM.Builder().nIn(in).nOut(out);
  }

  private static RnnOutputLayer sequenceOutput(int in, double keep) {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .dropOut(keep)
        .build();
  }

  static {
    Nd4j.getRandom().setSeed(3);
    INDArray sequences = Nd4j.randn(DataType.FLOAT, ROWS, 4, 6);
    INDArray images = Nd4j.randn(DataType.FLOAT, ROWS, 2, 8, 8);
    INDArray rows = Nd4j.randn(DataType.FLOAT, ROWS, 5);
    network(
        "lstm",
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(lstm(4, 5).build())
                    .layer(lstm(5, 6).dropOut(keep).build())
                    .layer(sequenceOutput(6, keep))
                    .build()),
        sequences);
    network(
        "bidirectional, last step",
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(new Bidirectional(lstm(4, 5).dropOut(keep).build()))
                    .layer(
                        new LastTimeStep(
                            new SimpleRnn.Builder().nIn(10).nOut(4).dropOut(keep).build()))
                    .layer(output(4).build())
                    .build()),
        sequences);
    network(
        "dense in a sequence",
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(lstm(4, 5).build())
                    .layer(dense(5, 6).dropOut(keep).build())
                    .layer(dense(6, 5).dropOut(keep).build())
                    .layer(sequenceOutput(5, 1))
                    .setInputType(InputType.recurrent(4))
                    .build()),
        sequences);
    network(
        "time distributed",
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(new TimeDistributed(dense(4, 6).dropOut(keep).build()))
                    .layer(sequenceOutput(6, 1))
                    .build()),
        sequences);
    network(
        "convolution 1d",
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(
                        new Convolution1DLayer.Builder(3)
                            .nIn(4)
                            .nOut(5)
                            .convolutionMode(ConvolutionMode.Same)
                            .dropOut(keep)
                            .build())
                    .layer(sequenceOutput(5, 1))
                    .build()),
        sequences);
    network(
        "images",
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                    .layer(new BatchNormalization())
                    .layer(new ActivationLayer(Activation.RELU))
                    .layer(new DropoutLayer(new SpatialDropout(keep)))
                    .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                    .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).dropOut(keep).build())
                    .layer(normalised().nOut(6).dropOut(keep).build())
                    .layer(output(6).build())
                    .setInputType(InputType.convolutional(8, 8, 2))
                    .build()),
        images);
    network(
        "pooled",
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).dropOut(keep).build())
                    .layer(new GlobalPoolingLayer())
                    .layer(output(4).dropOut(keep).build())
                    .setInputType(InputType.convolutional(8, 8, 2))
                    .build()),
        images);
    network(
        "two inputs, two outputs",
        keep ->
            new ComputationGraph(
                base()
                    .graphBuilder()
                    .addInputs("rows", "sequences")
                    .addLayer("a", dense(5, 6).build(), "rows")
                    .addLayer("b", dense(6, 6).dropOut(keep).build(), "a")
                    .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                    .addVertex("part", new SubsetVertex(0, 2), "sum")
                    .addLayer("drop", new DropoutLayer(keep), "part")
                    .addLayer("act", new ActivationLayer(Activation.SIGMOID), "sum")
                    .addVertex("repeat", new DuplicateToTimeSeriesVertex("sequences"), "act")
                    .addVertex("merge", new MergeVertex(), "sequences", "repeat")
                    .addLayer("lstm", lstm(10, 5).dropOut(keep).build(), "merge")
                    .addVertex("last", new LastTimeStepVertex("sequences"), "lstm")
                    .addVertex("both", new MergeVertex(), "last", "drop", "sum")
                    .addLayer("class", output(14).build(), "both")
                    .addLayer(
                        "number",
                        new OutputLayer.Builder(LossFunction.MSE)
                            .nIn(6)
                            .nOut(2)
                            .activation(Activation.IDENTITY)
                            .build(),
                        "sum")
                    .setOutputs("class", "number")
                    .build()),
        rows,
        sequences);
    network(
        "connections",
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(
                        lstm(4, 5)
                            .weightNoise(
                                io.github.dl4jext.regularization.dropout.DropConnect.dropping(
                                    1 - keep))
                            .build())
                    .layer(
                        new RnnOutputLayer.Builder(LossFunction.MCXENT)
                            .nIn(5)
                            .nOut(3)
                            .activation(Activation.SOFTMAX)
                            .weightNoise(
                                io.github.dl4jext.regularization.dropout.DropConnect.dropping(
                                        1 - keep)
                                    .withBiases())
                            .build())
                    .build()),
        sequences);
    network(
        "ours",
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(dense(5, 6).dropOut(Dropout.dropping(1 - keep)).build())
                    .layer(dense(6, 6).dropOut(AlphaDropout.dropping(1 - keep)).build())
                    .layer(dense(6, 6).dropOut(GaussianDropout.dropping(1 - keep)).build())
                    .layer(output(6).dropOut(new GaussianNoise(1 - keep)).build())
                    .build()),
        rows);
    network(
        "stacked",
        keep ->
            new ComputationGraph(
                base()
                    .graphBuilder()
                    .addInputs("one", "other")
                    .addVertex("stack", new StackVertex(), "one", "other")
                    .addLayer("shared", dense(5, 6).dropOut(keep).build(), "stack")
                    .addVertex("first", new UnstackVertex(0, 2), "shared")
                    .addVertex("second", new UnstackVertex(1, 2), "shared")
                    .addVertex("both", new MergeVertex(), "first", "second")
                    .addLayer("out", output(12).build(), "both")
                    .setOutputs("out")
                    .build()),
        rows,
        rows.mul(2));
  }

  /** A dense layer that is not only affine. */
  private static DenseLayer.Builder normalised() {
    return new DenseLayer.Builder().hasLayerNorm(true);
  }

  static List<String> networks() {
    return List.copyOf(NETWORKS.keySet());
  }

  private static MonteCarloDropout.Builder builder(Model model) {
    return model instanceof MultiLayerNetwork net
        ? MonteCarloDropout.builder(net)
        : MonteCarloDropout.builder((ComputationGraph) model);
  }

  private static String configuration(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getLayerWiseConfigurations().toJson()
        : ((ComputationGraph) model).getConfiguration().toJson();
  }

  private static INDArray[] plainOutput(Model model, INDArray... inputs) {
    return model instanceof MultiLayerNetwork net
        ? new INDArray[] {net.output(inputs[0])}
        : ((ComputationGraph) model).output(inputs);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void keepingAllIsWhatOutputGives(String name) {
    Model model = NETWORKS.get(name).apply(AS_GOOD_AS_ALL);
    INDArray[] inputs = INPUTS.get(name);
    double[][] before =
        Arrays.stream(inputs).map(DroppingNetworks::numbers).toArray(double[][]::new);
    for (int rows : new int[] {3, 1000}) {
      List<MonteCarloPrediction> ours =
          builder(model).samples(2).batchSize(rows).build().predictAll(inputs);
      INDArray[] plain = plainOutput(model, inputs);
      for (int i = 0; i < plain.length; i++) {
        assertThat(ours.get(i).mean().shape()).isEqualTo(plain[i].shape());
        assertThat(numbers(ours.get(i).mean())).containsExactly(numbers(plain[i]), within(1e-6));
      }
    }
    for (int i = 0; i < inputs.length; i++) {
      assertThat(numbers(inputs[i])).as("input").isEqualTo(before[i]);
    }
    assertThat(configuration(model))
        .isEqualTo(configuration(NETWORKS.get(name).apply(AS_GOOD_AS_ALL)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void batchSizeChangesNothing(String name) {
    Model model = NETWORKS.get(name).apply(0.6);
    INDArray[] inputs = INPUTS.get(name);
    List<MonteCarloPrediction> expected =
        builder(model).samples(5).seed(4).build().predictAll(inputs);
    for (int rows : new int[] {1, 3, 20}) {
      List<MonteCarloPrediction> ours =
          builder(model).samples(5).seed(4).batchSize(rows).build().predictAll(inputs);
      for (int i = 0; i < ours.size(); i++) {
        assertThat(numbers(ours.get(i).mean()))
            .containsExactly(numbers(expected.get(i).mean()), within(1e-6));
        assertThat(numbers(ours.get(i).standardDeviation()))
            .containsExactly(numbers(expected.get(i).standardDeviation()), within(1e-6));
        assertThat(ours.get(i).standardDeviation().minNumber().doubleValue()).isGreaterThan(0);
      }
    }
  }

  /** None of these networks normalises by batch in training but "images". */
  @ParameterizedTest
  @MethodSource("networks")
  void meansAreThoseOfDl4jInTraining(String name) {
    Model model = NETWORKS.get(name).apply(0.7);
    INDArray[] inputs = INPUTS.get(name);
    if (name.equals("images")) {
      return;
    }
    int samples = 100;
    List<MonteCarloPrediction> ours = builder(model).samples(samples).build().predictAll(inputs);
    Nd4j.getRandom().setSeed(77);
    for (int output = 0; output < ours.size(); output++) {
      INDArray sum = null;
      INDArray squares = null;
      for (int s = 0; s < samples; s++) {
        INDArray one =
            (model instanceof MultiLayerNetwork net
                    ? net.output(inputs[0].dup(), true)
                    : ((ComputationGraph) model)
                        .output(
                            true,
                            Arrays.stream(inputs).map(INDArray::dup).toArray(INDArray[]::new))[
                        output])
                .castTo(DataType.DOUBLE);
        sum = sum == null ? one.dup() : sum.addi(one);
        squares = squares == null ? one.mul(one) : squares.addi(one.mul(one));
      }
      double[] mean = numbers(sum.divi(samples));
      double[] error = numbers(ours.get(output).standardError());
      double[] own = numbers(ours.get(output).mean());
      for (int i = 0; i < mean.length; i++) {
        // both means err alike; five standard errors of the difference, for up to 126 numbers
        assertThat(own[i]).isCloseTo(mean[i], within(5 * Math.sqrt(2) * error[i]));
      }
    }
  }

  @Test
  void frozenLayersRestAsInTraining() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new FrozenLayer(dense(5, 6).dropOut(0.5).build()))
                .layer(output(6).build())
                .build());
    net.init();
    assertThatThrownBy(() -> MonteCarloDropout.builder(net).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no dropout that acts in training");
  }

  @Test
  void randomizedActivationsRest() {
    DoubleFunction<Model> make =
        keep ->
            new MultiLayerNetwork(
                base()
                    .list()
                    .layer(
                        new Bidirectional(
                            new SimpleRnn.Builder()
                                .nIn(4)
                                .nOut(5)
                                .activation(Activation.RRELU)
                                .dropOut(keep)
                                .build()))
                    .layer(sequenceOutput(10, 1))
                    .build());
    MultiLayerNetwork net = (MultiLayerNetwork) make.apply(AS_GOOD_AS_ALL);
    net.init();
    INDArray x = INPUTS.get("lstm")[0];
    MonteCarloPrediction prediction = MonteCarloDropout.builder(net).samples(5).build().predict(x);
    assertThat(prediction.standardDeviation().maxNumber().doubleValue()).isZero();
  }

  /** Draws from who knows where. */
  private static final class Foreign implements IDropout {
    private static final long serialVersionUID = 1L;

    @Override
    public INDArray applyDropout(
        INDArray in, INDArray out, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
      return out;
    }

    @Override
    public INDArray backprop(INDArray above, INDArray below, int iteration, int epoch) {
      return below;
    }

    @Override
    public void clear() {
      // nothing kept
    }

    @Override
    public IDropout clone() {
      return this;
    }
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    MultiLayerNetwork foreign = plain(dense(5, 6).dropOut(new Foreign()).build());
    assertThatThrownBy(() -> MonteCarloDropout.builder(foreign).build())
        .hasMessageContaining("layer 0 has a " + Foreign.class.getName())
        .hasMessageContaining("SeededNoise");
    MultiLayerNetwork weights = plain(dense(5, 6).weightNoise(new DropConnect(0.5)).build());
    assertThatThrownBy(() -> MonteCarloDropout.builder(weights).build())
        .hasMessageContaining("layer 0 has weight noise (" + DropConnect.class.getName());
    MultiLayerNetwork none = plain(dense(5, 6).build());
    assertThatThrownBy(() -> MonteCarloDropout.builder(none).build())
        .hasMessageContaining("no dropout that acts in training");
    MultiLayerNetwork good = plain(dense(5, 6).dropOut(0.5).build());
    assertThatThrownBy(
            () ->
                MonteCarloDropout.builder(good)
                    .samples(0)
                    .batchSize(-1)
                    .untilStandardErrorBelow(Double.NaN)
                    .minimumSamples(1)
                    .keepSamples()
                    .credibleInterval(1)
                    .build())
        .hasMessageContaining("monte_carlo_dropout: samples must be")
        .hasMessageContaining("batchSize must be")
        .hasMessageContaining("untilStandardErrorBelow must be")
        .hasMessageContaining("minimumSamples must be")
        .hasMessageContaining("keepSamples must be")
        .hasMessageContaining("credibleInterval must be");
    MonteCarloDropout predictor = MonteCarloDropout.builder(good).samples(2).build();
    assertThatThrownBy(() -> predictor.predictAll(Nd4j.ones(2, 5), Nd4j.ones(2, 5)))
        .hasMessageContaining("takes 1 inputs, and was given 2");
    assertThatThrownBy(() -> predictor.predict(Nd4j.empty(DataType.FLOAT)))
        .hasMessageContaining("at least 1");
    assertThatThrownBy(() -> predictor.predict(Nd4j.ones(2, 5)).samples())
        .hasMessageContaining("keepSamples()");
    assertThatThrownBy(() -> predictor.predict(Nd4j.ones(2, 5)).lower())
        .hasMessageContaining("credibleInterval(0.95)");
    Model two = NETWORKS.get("two inputs, two outputs").apply(0.5);
    MonteCarloDropout many = MonteCarloDropout.builder((ComputationGraph) two).samples(2).build();
    INDArray[] inputs = INPUTS.get("two inputs, two outputs");
    MonteCarloPrediction number = many.predictAll(inputs).get(1);
    assertThat(number.outputType()).isEqualTo(OutputType.REGRESSION);
    assertThatThrownBy(number::mutualInformation)
        .hasMessageContaining("the mutual information needs probabilities")
        .hasMessageContaining("outputsAre");
  }

  @Test
  void aPredictorIsGoodForUseAfterAnError() {
    MultiLayerNetwork net = plain(dense(5, 6).dropOut(0.5).build());
    MonteCarloDropout predictor = MonteCarloDropout.builder(net).samples(4).build();
    INDArray x = Nd4j.ones(3, 5);
    double[] expected = numbers(predictor.predict(x).mean());
    assertThatThrownBy(() -> predictor.predict(Nd4j.ones(3, 9))).isNotNull();
    assertThat(numbers(predictor.predict(x).mean())).isEqualTo(expected);
    assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
  }

  private static MultiLayerNetwork plain(org.deeplearning4j.nn.conf.layers.Layer first) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(base().list().layer(first).layer(output(6).build()).build());
    net.init();
    return net;
  }
}
