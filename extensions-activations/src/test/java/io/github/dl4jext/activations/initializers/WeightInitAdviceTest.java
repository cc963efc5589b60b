package io.github.dl4jext.activations.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.activations.GELU;
import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.SELU;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class WeightInitAdviceTest {

  private static final ActivationLayer RELU = new ActivationLayer(Activation.RELU);

  @Test
  void saysWhichLayerWantsWhatAndWhatItHas() {
    List<WeightInitAdvice> advice =
        WeightInitAdvice.check(
            network(
                dense(100, 100, Activation.TANH),
                new DenseLayer.Builder().nIn(100).nOut(100).name("two").build()));
    assertThat(advice).hasSize(1);
    WeightInitAdvice second = advice.get(0);
    assertThat(second.index()).isEqualTo(1);
    assertThat(second.layer()).isEqualTo("two");
    assertThat(second.wantedVariance()).isEqualTo(0.02);
    assertThat(second.variance()).isCloseTo(0.01, within(0.001));
    assertThat(second.suggestion()).isEqualTo("he_normal");
    assertThat(second.toString())
        .matches(
            "layer 1 \"two\": relu wants he_normal \\(variance 0\\.0200\\),"
                + " XAVIER gives 0\\.0(10|09)\\d+ \\(0\\.(49|50|51) x\\)");
  }

  @ParameterizedTest
  @CsvSource({
    "RELU, RELU, true",
    "RELU, RELU_UNIFORM, true",
    "RELU, XAVIER, false",
    "RELU, LECUN_UNIFORM, false", // three times LeCun is one and a half times He
    "SELU, LECUN_NORMAL, true",
    "SELU, LECUN_UNIFORM, false",
    "SELU, VAR_SCALING_NORMAL_FAN_IN, false", // 0.76 of LeCun
    "SELU, RELU, false",
    "TANH, XAVIER, true",
    "TANH, XAVIER_UNIFORM, true",
    "TANH, LECUN_NORMAL, false",
    "TANH, SIGMOID_UNIFORM, false", // sixteen times Glorot
    "SOFTMAX, ZERO, false",
    "CUBE, ZERO, true", // no judgement
  })
  void judgesTheHostsInitialisersByWhatTheyDo(
      Activation activation, WeightInit init, boolean fits) {
    DenseLayer layer =
        new DenseLayer.Builder().nIn(300).nOut(120).weightInit(init).activation(activation).build();
    assertThat(WeightInitAdvice.check(network(layer)).isEmpty()).isEqualTo(fits);
  }

  @Test
  void judgesAnyInitialiserAndAnyActivationThatStatesItsMatch() {
    IWeightInit right = new WeightInitDistribution(new NormalDistribution(0, Math.sqrt(1 / 400.0)));
    IWeightInit wrong = new WeightInitDistribution(new NormalDistribution(0, 0.01));
    assertThat(WeightInitAdvice.check(network(dense(400, 300, new SELU(), right)))).isEmpty();
    assertThat(WeightInitAdvice.check(network(dense(400, 300, new SELU(), wrong))))
        .singleElement()
        .satisfies(a -> assertThat(a.suggestion()).isEqualTo("lecun_normal"))
        .satisfies(a -> assertThat(a.ratio()).isCloseTo(0.04, within(0.004)));
    assertThat(WeightInitAdvice.check(network(dense(400, 400, new Mish(), new HeUniform()))))
        .isEmpty();
    IWeightInit orthogonal = new Orthogonal(Math.sqrt(2));
    assertThat(WeightInitAdvice.check(network(dense(400, 400, new Mish(), orthogonal)))).isEmpty();
  }

  @Test
  void layersOfMoreThanAMillionWeightsAreJudgedAlike() {
    assertThat(
            WeightInitAdvice.check(
                network(
                    dense(1_500, 1_500, new ReLU(), new HeNormal()),
                    dense(1_500, 1_500, new ReLU(), new Orthogonal(Math.sqrt(2))),
                    new LSTM.Builder()
                        .nIn(1_500)
                        .nOut(500)
                        .activation(Activation.TANH)
                        .weightInit(new GlorotUniform())
                        .build())))
        .isEmpty();
    assertThat(WeightInitAdvice.check(network(dense(1_500, 1_500, new ReLU(), new GlorotNormal()))))
        .singleElement()
        .satisfies(
            a ->
                assertThat(a.toString())
                    .contains("ReLU wants he_normal (")
                    .contains(" GlorotNormal gives "));
  }

  @Test
  void aLinearLayerCountsByTheActivationAfterIt() {
    Layer dense = dense(100, 100, Activation.IDENTITY);
    BatchNormalization norm = new BatchNormalization.Builder().nOut(100).build();
    assertThat(activationsOf(dense.clone(), RELU)).containsExactly("relu");
    assertThat(activationsOf(dense.clone(), norm, new DropoutLayer(0.5), RELU))
        .containsExactly("relu");
    assertThat(activationsOf(dense.clone(), new PReLULayer.Builder().inputShape(100).build()))
        .containsExactly("prelu");
    assertThat(activationsOf(dense.clone(), new ActivationLayer(Activation.TANH))).isEmpty();
    assertThat(
            activationsOf(
                dense.clone(), new LossLayer.Builder().activation(Activation.SOFTMAX).build()))
        .isEmpty();
    assertThat(activationsOf(dense.clone(), dense(100, 50, Activation.TANH), RELU)).isEmpty();
  }

  @Test
  void looksIntoWrappersAndPassesByWhatHasNoMatrix() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .weightInit(WeightInit.ONES)
            .activation(Activation.TANH)
            .list(
                new EmbeddingSequenceLayer.Builder().nIn(50).nOut(20).build(),
                new Bidirectional(new LSTM.Builder().nIn(20).nOut(10).build()),
                new TimeDistributed(
                    new DenseLayer.Builder()
                        .nIn(20)
                        .nOut(10)
                        .weightInit(WeightInit.ONES)
                        .activation(Activation.TANH)
                        .build()),
                new FrozenLayer(
                    new Convolution1DLayer.Builder(3)
                        .nIn(10)
                        .nOut(10)
                        .weightInit(WeightInit.ONES)
                        .activation(Activation.TANH)
                        .build()),
                new LastTimeStep(new LSTM.Builder().nIn(10).nOut(10).build()),
                new OutputLayer.Builder().nIn(10).nOut(2).activation(Activation.SOFTMAX).build())
            .build();
    assertThat(WeightInitAdvice.check(conf))
        .extracting(WeightInitAdvice::index)
        .contains(1, 2, 4, 5);
    assertThat(WeightInitAdvice.check(conf))
        .extracting(WeightInitAdvice::index)
        .doesNotContain(0, 3);
  }

  @Test
  void findsNothingInAConvolutionalNetworkWithOurInitialisers() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .weightInit(new HeNormal())
            .activation(new GELU(GELU.Approximation.NONE))
            .list(
                new ConvolutionLayer.Builder(5, 5).nOut(12).stride(2, 2).build(),
                new BatchNormalization(),
                new SubsamplingLayer.Builder().build(),
                new ConvolutionLayer.Builder(3, 3).nOut(24).build(),
                new GlobalPoolingLayer(),
                new OutputLayer.Builder()
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .weightInit(new GlorotUniform())
                    .build())
            .setInputType(InputType.convolutional(28, 28, 1))
            .build();
    assertThat(WeightInitAdvice.check(conf)).isEmpty();
  }

  @Test
  void looksThroughAGraph() {
    ComputationGraphConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .activation(Activation.IDENTITY)
            .graphBuilder()
            .addInputs("in")
            .addLayer("chain", plain(64), "in")
            .addLayer("norm", new BatchNormalization(), "chain")
            .addLayer("relu", RELU, "norm")
            .addLayer("added", plain(64), "relu")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "added", "relu")
            .addLayer("forked", plain(64), "sum")
            .addLayer("left", RELU, "forked")
            .addLayer("right", new ActivationLayer(Activation.TANH), "forked")
            .addVertex("joined", new MergeVertex(), "left", "right")
            .addLayer(
                "out",
                new OutputLayer.Builder().nOut(64).activation(Activation.SOFTMAX).build(),
                "joined")
            .setOutputs("out")
            .setInputTypes(InputType.feedForward(64))
            .build();
    assertThat(WeightInitAdvice.check(conf))
        .singleElement()
        .satisfies(a -> assertThat(a.layer()).isEqualTo("chain"))
        .satisfies(a -> assertThat(a.toString()).startsWith("layer \"chain\": relu wants he_no"));
  }

  @Test
  void leavesTheRandomGeneratorAndTheConfigurationAsTheyWere() {
    MultiLayerConfiguration conf = network(dense(30, 20, Activation.RELU), rnnOutput());
    String before = conf.toJson();
    Nd4j.getRandom().setSeed(6);
    Nd4j.rand(10);
    INDArray expected = Nd4j.rand(10);
    Nd4j.getRandom().setSeed(6);
    Nd4j.rand(10);
    List<WeightInitAdvice> first = WeightInitAdvice.check(conf);
    assertThat(Nd4j.rand(10)).isEqualTo(expected);
    assertThat(Nd4j.getRandom().getSeed()).isEqualTo(6);
    assertThat(WeightInitAdvice.check(conf)).isEqualTo(first).isNotEmpty();
    assertThat(conf.toJson()).isEqualTo(before);
  }

  @Test
  void refusesNull() {
    assertThatThrownBy(() -> WeightInitAdvice.check((MultiLayerConfiguration) null))
        .hasMessage("the configuration must not be null");
    assertThatThrownBy(() -> WeightInitAdvice.check((ComputationGraphConfiguration) null))
        .hasMessage("the configuration must not be null");
  }

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "CUBE")
  void everyActivationOfTheHostHasAMatch(Activation activation) {
    DenseLayer layer =
        new DenseLayer.Builder()
            .nIn(10)
            .nOut(10)
            .activation(activation)
            .weightInit(WeightInit.ZERO)
            .build();
    assertThat(WeightInitAdvice.check(network(layer))).hasSize(1);
  }

  private static List<String> activationsOf(Layer... layers) {
    return WeightInitAdvice.check(network(layers)).stream()
        .map(WeightInitAdvice::activation)
        .toList();
  }

  /** XAVIER and ReLU are what a layer has that says nothing else. */
  private static MultiLayerConfiguration network(Layer... layers) {
    return new NeuralNetConfiguration.Builder()
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.RELU)
        .list(layers)
        .build();
  }

  private static Layer plain(int nOut) {
    return new DenseLayer.Builder().nOut(nOut).build();
  }

  private static Layer dense(int nIn, int nOut, Activation activation) {
    return new DenseLayer.Builder().nIn(nIn).nOut(nOut).activation(activation).build();
  }

  private static Layer dense(int nIn, int nOut, IActivation activation, IWeightInit init) {
    return new DenseLayer.Builder()
        .nIn(nIn)
        .nOut(nOut)
        .activation(activation)
        .weightInit(init)
        .build();
  }

  private static Layer rnnOutput() {
    return new RnnOutputLayer.Builder().nIn(20).nOut(5).activation(Activation.SOFTMAX).build();
  }
}
