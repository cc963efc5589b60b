package io.github.dl4jext.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.Network;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class FastLayersTest {

  private static final int BATCH = 16;

  private static NeuralNetConfiguration.Builder base(DataType type, Activation activation) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(type)
        .activation(activation)
        .updater(new Adam(0.01))
        .l2(1e-3);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork stack(
      DataType type, Activation activation, DenseLayer... layers) {
    var list = base(type, activation).list();
    for (DenseLayer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.layer(output()).setInputType(InputType.feedForward(10)).build());
    net.init();
    return net;
  }

  private static DenseLayer.Builder dense(int out) {
    return new DenseLayer.Builder().nOut(out);
  }

  private static ComputationGraph graph(DataType type) {
    ComputationGraphConfiguration configuration =
        base(type, Activation.SWISH)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(10))
            .addLayer("a", dense(8).build(), "in")
            .addLayer("b", dense(7).build(), "in")
            .addVertex("both", new MergeVertex(), "a", "b")
            .addLayer("c", dense(9).build(), "both")
            .addLayer("out", output(), "c")
            .setOutputs("out")
            .build();
    ComputationGraph net = new ComputationGraph(configuration);
    net.init();
    return net;
  }

  static Stream<Arguments> networks() {
    List<Arguments> all = new ArrayList<>();
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (Activation activation :
          new Activation[] {Activation.RELU, Activation.SWISH, Activation.TANH, Activation.MISH}) {
        all.add(
            Arguments.of(
                type + " " + activation,
                stack(type, activation, dense(20).build(), dense(9).build())));
      }
      all.add(
          Arguments.of(
              type + " without bias",
              stack(type, Activation.ELU, dense(8).hasBias(false).build(), dense(8).build())));
      all.add(
          Arguments.of(
              type + " layer norm",
              stack(type, Activation.ELU, dense(8).hasLayerNorm(true).build(), dense(8).build())));
      all.add(
          Arguments.of(
              type + " dropout",
              stack(
                  type,
                  Activation.RELU,
                  dense(8).dropOut(new Dropout(0.8)).build(),
                  dense(8).dropOut(new Dropout(0.5)).build())));
      all.add(
          Arguments.of(
              type + " weight noise",
              stack(
                  type,
                  Activation.RELU,
                  dense(8).weightNoise(new DropConnect(0.8)).build(),
                  dense(8).weightNoise(new DropConnect(0.7)).build())));
      all.add(
          Arguments.of(
              type + " nesterov",
              stack(
                  type,
                  Activation.SELU,
                  dense(8).updater(new Nesterovs(0.1, 0.9)).build(),
                  dense(8).build())));
      all.add(Arguments.of(type + " graph", graph(type)));
      for (Map.Entry<String, ConvolutionLayer.Builder> entry : convolutions().entrySet()) {
        all.add(
            Arguments.of(
                type + " convolution " + entry.getKey(),
                images(type, entry.getValue().nOut(4).build(), filters(2, 2).build())));
      }
      all.add(Arguments.of(type + " graph of convolutions", graphOfImages(type)));
    }
    return all.stream();
  }

  private static ConvolutionLayer.Builder filters(int height, int width) {
    return new ConvolutionLayer.Builder(height, width).nOut(3);
  }

  private static Map<String, ConvolutionLayer.Builder> convolutions() {
    Map<String, ConvolutionLayer.Builder> kinds = new LinkedHashMap<>();
    kinds.put("truncated", filters(3, 2).stride(2, 1));
    kinds.put("same", filters(3, 4).convolutionMode(ConvolutionMode.Same).stride(1, 2));
    kinds.put("padded", filters(2, 3).padding(2, 1));
    kinds.put("dilated", filters(2, 2).dilation(2, 3));
    kinds.put("without bias", filters(3, 3).hasBias(false));
    kinds.put("dropout", filters(2, 2).dropOut(new Dropout(0.8)));
    kinds.put("weight noise", filters(2, 2).weightNoise(new DropConnect(0.8)));
    kinds.put("swish", filters(3, 3).activation(Activation.SWISH));
    return kinds;
  }

  /** Images of two channels, five lines and seven columns. */
  private static MultiLayerNetwork images(DataType type, ConvolutionLayer... layers) {
    return images(type, CacheMode.NONE, layers);
  }

  private static MultiLayerNetwork images(
      DataType type, CacheMode mode, ConvolutionLayer... layers) {
    var list = base(type, Activation.RELU).cacheMode(mode).list();
    for (ConvolutionLayer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            list.layer(dense(6).build())
                .layer(output())
                .setInputType(InputType.convolutional(5, 7, 2))
                .build());
    net.init();
    return net;
  }

  private static ComputationGraph graphOfImages(DataType type) {
    ComputationGraph net =
        new ComputationGraph(
            base(type, Activation.TANH)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(5, 7, 2))
                .addLayer("a", filters(3, 3).convolutionMode(ConvolutionMode.Same).build(), "in")
                .addLayer("b", filters(1, 1).build(), "in")
                .addVertex("both", new MergeVertex(), "a", "b")
                .addLayer("norm", new BatchNormalization(), "both")
                .addLayer("pool", new SubsamplingLayer.Builder().build(), "norm")
                .addLayer("c", filters(1, 2).build(), "pool")
                .addLayer("out", output(), "c")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }

  private static boolean readsImages(Model model) {
    return Network.of(model).configuration().nodes().get(0).layer().orElseThrow()
        instanceof ConvolutionLayer;
  }

  private static DataSet data(DataType type, int seed) {
    Nd4j.getRandom().setSeed(seed + 1L); // to ND4J, 0 is any seed
    INDArray labels = Nd4j.zeros(type, BATCH, 3);
    for (int i = 0; i < BATCH; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(Nd4j.randn(type, BATCH, 10), labels);
  }

  private static void train(Network network, DataType type, int from, int steps) {
    for (int step = from; step < from + steps; step++) {
      DataSet batch = data(type, step);
      if (readsImages(network.model())) {
        batch.setFeatures(Nd4j.randn(type, BATCH, 2, 5, 7));
      }
      Nd4j.getRandom().setSeed(step + 1L);
      network.fit(batch);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void parametersAreTheSameToTheLastBit(String name, Model plain) {
    DataType type = Network.of(plain).configuration().dataType();
    Model fast = FastLayers.of(plain);
    train(Network.of(plain), type, 0, 100);
    train(Network.of(fast), type, 0, 50);
    Model restored = FastLayers.of(FastLayers.plain(fast));
    train(Network.of(restored), type, 50, 50);
    assertThat(restored.params().toDoubleVector()).isEqualTo(plain.params().toDoubleVector());
    assertThat(restored.params().data().asDouble()).isEqualTo(plain.params().data().asDouble());
    assertThat(restored.score()).isEqualTo(plain.score());
  }

  private static void assertAlike(Model plain, Consumer<Model> training) {
    Model fast = FastLayers.of(plain);
    for (Model each : List.of(plain, fast)) {
      Nd4j.getRandom().setSeed(1);
      training.accept(each);
    }
    assertThat(fast.params().data().asDouble()).isEqualTo(plain.params().data().asDouble());
  }

  private static MultiLayerNetwork convolutional(CacheMode mode) {
    MultiLayerConfiguration configuration =
        base(DataType.FLOAT, Activation.RELU)
            .cacheMode(mode)
            .list()
            .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).name("convolution").build())
            .layer(dense(6).name("dense").build())
            .layer(new BatchNormalization())
            .layer(dense(5).name("other").build())
            .layer(output())
            .setInputType(InputType.convolutionalFlat(6, 6, 1))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  private static void trainOnImages(Model model) {
    INDArray images = Nd4j.linspace(DataType.FLOAT, -1, 0.01, BATCH * 36L).reshape(BATCH, 36);
    INDArray labels = data(DataType.FLOAT, 0).getLabels();
    for (int i = 0; i < 20; i++) {
      ((MultiLayerNetwork) model).fit(images, labels);
    }
  }

  @Test
  void convolutionsBelowAndBatchNormAbove() {
    assertAlike(convolutional(CacheMode.NONE), FastLayersTest::trainOnImages);
  }

  @Test
  void theAdviceNamesLayersAndItsCuresChangeNothing() {
    MultiLayerNetwork net = convolutional(CacheMode.NONE);
    int machine = CpuAdvice.check().size();
    List<String> advice = CpuAdvice.check(net);
    assertThat(advice.subList(machine, advice.size()))
        .satisfiesExactly(
            layers ->
                assertThat(layers)
                    .contains("[convolution, dense, other]", "FastLayers.of(network)"));
    MultiLayerNetwork cured = FastLayers.of(convolutional(CacheMode.DEVICE));
    assertThat(CpuAdvice.check(cured)).hasSize(machine);
    trainOnImages(net);
    trainOnImages(cured);
    assertThat(cured.params().toDoubleVector()).isEqualTo(net.params().toDoubleVector());
  }

  /** Dense layers step by step, with masks, and truncated backpropagation. */
  @Test
  void sequencesWithMasks() {
    for (boolean truncated : new boolean[] {false, true}) {
      MultiLayerConfiguration configuration =
          base(DataType.DOUBLE, Activation.TANH)
              .list()
              .layer(dense(6).nIn(4).build())
              .layer(new LSTM.Builder().nOut(5).build())
              .layer(dense(5).build())
              .layer(
                  new RnnOutputLayer.Builder(LossFunction.MSE)
                      .nOut(2)
                      .activation(Activation.IDENTITY)
                      .build())
              .setInputType(InputType.recurrent(4))
              .build();
      if (truncated) {
        configuration.setBackpropType(BackpropType.TruncatedBPTT);
        configuration.setTbpttFwdLength(3);
        configuration.setTbpttBackLength(3);
      }
      MultiLayerNetwork net = new MultiLayerNetwork(configuration);
      net.init();
      INDArray mask = Nd4j.ones(DataType.DOUBLE, BATCH, 6);
      mask.putScalar(3, 4, 0).putScalar(3, 5, 0);
      DataSet sequences =
          new DataSet(
              Nd4j.rand(DataType.DOUBLE, BATCH, 4, 6),
              Nd4j.rand(DataType.DOUBLE, BATCH, 2, 6),
              mask,
              mask);
      assertAlike(
          net,
          model -> {
            for (int i = 0; i < 10; i++) {
              ((MultiLayerNetwork) model).fit(sequences);
            }
          });
    }
  }

  @Test
  void frozenLayersStayAsTheyAre() {
    MultiLayerConfiguration configuration =
        base(DataType.FLOAT, Activation.RELU)
            .list()
            .layer(new FrozenLayer(dense(6).nIn(10).build()))
            .layer(dense(6).build())
            .layer(output())
            .setInputType(InputType.feedForward(10))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    MultiLayerNetwork fast = FastLayers.of(net);
    assertThat(fast.getLayerWiseConfigurations().getConf(0).getLayer())
        .isInstanceOf(FrozenLayer.class);
    assertThat(fast.getLayerWiseConfigurations().getConf(1).getLayer())
        .isInstanceOf(FastDense.class);
    train(Network.of(net), DataType.FLOAT, 0, 20);
    train(Network.of(fast), DataType.FLOAT, 0, 20);
    assertThat(fast.params().toDoubleVector()).isEqualTo(net.params().toDoubleVector());
  }

  @Test
  void theGradientAtTheInputsIsComputedOnRequest() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base(DataType.DOUBLE, Activation.TANH)
                .list()
                .layer(dense(6).nIn(10).build())
                .layer(dense(3).build())
                .build());
    net.init();
    INDArray expected = gradientAtInputs(net);
    assertThat(gradientAtInputs(FastLayers.withInputGradient(net))).isEqualTo(expected);
    assertThat(gradientAtInputs(FastLayers.of(net))).isNull();
  }

  private static INDArray gradientAtInputs(MultiLayerNetwork net) {
    return gradientAtInputs(net, data(DataType.DOUBLE, 3).getFeatures());
  }

  /** Of an error that comes from outside. */
  private static INDArray gradientAtInputs(MultiLayerNetwork net, INDArray x) {
    net.setInput(x);
    net.feedForward(true, false);
    INDArray error = Nd4j.linspace(DataType.DOUBLE, -1, 0.05, BATCH * 3).reshape(BATCH, 3);
    return net.backpropGradient(error, null).getSecond();
  }

  @Test
  void aFileIsReadWithAndWithoutTheseLayers() throws IOException {
    MultiLayerNetwork net =
        stack(DataType.FLOAT, Activation.RELU, dense(6).name("low").build(), dense(4).build());
    MultiLayerNetwork fast = FastLayers.of(net);
    train(Network.of(fast), DataType.FLOAT, 0, 5);
    assertThat(fast.getLayerWiseConfigurations().toJson()).contains(FastDense.class.getName());
    String plain = FastLayers.plain(fast).getLayerWiseConfigurations().toJson();
    assertThat(plain).doesNotContain("dl4jext").isEqualTo(json(net, fast));
    MultiLayerNetwork read = saveAndRestore(fast);
    assertThat(read.getLayerWiseConfigurations()).isEqualTo(fast.getLayerWiseConfigurations());
    train(Network.of(read), DataType.FLOAT, 5, 5);
    train(Network.of(fast), DataType.FLOAT, 5, 5);
    assertThat(read.params().toDoubleVector()).isEqualTo(fast.params().toDoubleVector());
    MultiLayerNetwork clone = fast.clone();
    train(Network.of(clone), DataType.FLOAT, 10, 5);
    train(Network.of(fast), DataType.FLOAT, 10, 5);
    assertThat(clone.params().toDoubleVector()).isEqualTo(fast.params().toDoubleVector());
  }

  private static String json(MultiLayerNetwork net, MultiLayerNetwork counts) {
    MultiLayerConfiguration same = net.getLayerWiseConfigurations().clone();
    same.setIterationCount(counts.getIterationCount());
    same.setEpochCount(counts.getEpochCount());
    return same.toJson();
  }

  private static MultiLayerNetwork saveAndRestore(MultiLayerNetwork net) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, bytes, true);
    return ModelSerializer.restoreMultiLayerNetwork(
        new ByteArrayInputStream(bytes.toByteArray()), true);
  }

  @Test
  void theLowestLayersAreFound() {
    ComputationGraph fast = FastLayers.of(graph(DataType.FLOAT));
    List<Boolean> gradients = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      gradients.add(((FastDense) fast.getLayer(name).conf().getLayer()).isInputGradient());
    }
    assertThat(gradients).containsExactly(false, false, true);
    assertThat(FastLayers.of(graph(DataType.FLOAT).getConfiguration()).toJson())
        .contains("FastDense");
  }

  @Test
  void theGradientAtTheInputsOfAConvolutionIsComputedOnRequest() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base(DataType.DOUBLE, Activation.TANH)
                .list()
                .layer(filters(3, 3).build())
                .layer(dense(3).build())
                .setInputType(InputType.convolutional(5, 7, 2))
                .build());
    net.init();
    INDArray expected = gradientAtImages(net);
    INDArray found = gradientAtImages(FastLayers.withInputGradient(net));
    assertThat(found.dup('c').data().asDouble()).isEqualTo(expected.dup('c').data().asDouble());
    assertThat(gradientAtImages(FastLayers.of(net))).isNull();
  }

  private static INDArray gradientAtImages(MultiLayerNetwork net) {
    Nd4j.getRandom().setSeed(3);
    return gradientAtInputs(net, Nd4j.randn(DataType.DOUBLE, BATCH, 2, 5, 7));
  }

  /** One whose channels come last stays as it is, and so do kinds of its own. */
  @Test
  void otherConvolutionsStayAsTheyAreAndAreAdvisedOf() {
    MultiLayerConfiguration configuration =
        base(DataType.FLOAT, Activation.RELU)
            .list()
            .layer(filters(2, 2).dataFormat(CNN2DFormat.NHWC).name("last").build())
            .layer(
                new DepthwiseConvolution2D.Builder(2, 2)
                    .dataFormat(CNN2DFormat.NHWC)
                    .depthMultiplier(1)
                    .nOut(3)
                    .build())
            .layer(dense(4).build())
            .layer(output())
            .setInputType(InputType.convolutional(5, 7, 2, CNN2DFormat.NHWC))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    MultiLayerNetwork fast = FastLayers.of(net);
    assertThat(fast.getLayerWiseConfigurations().getConf(0).getLayer().getClass())
        .isEqualTo(ConvolutionLayer.class);
    assertThat(fast.getLayerWiseConfigurations().getConf(2).getLayer())
        .isInstanceOf(FastDense.class);
    List<String> advice = CpuAdvice.check(fast);
    assertThat(advice.get(advice.size() - 1)).contains("last", "cacheMode(CacheMode.DEVICE)");
  }

  @Test
  void aConvolutionIsStoredReadAndCloned() throws IOException {
    MultiLayerNetwork net =
        images(DataType.FLOAT, CacheMode.DEVICE, filters(3, 3).build(), filters(2, 2).build());
    MultiLayerNetwork fast = FastLayers.of(net);
    train(Network.of(net), DataType.FLOAT, 0, 5);
    train(Network.of(fast), DataType.FLOAT, 0, 5);
    assertThat(fast.params().data().asDouble()).isEqualTo(net.params().data().asDouble());
    assertThat(FastLayers.plain(fast).getLayerWiseConfigurations().toJson())
        .isEqualTo(net.getLayerWiseConfigurations().toJson());
    List<MultiLayerNetwork> others = List.of(saveAndRestore(fast), fast.clone());
    train(Network.of(net), DataType.FLOAT, 5, 5);
    for (MultiLayerNetwork other : others) {
      assertThat(other.getLayer(0).conf().getLayer()).isInstanceOf(FastConvolution.class);
      train(Network.of(other), DataType.FLOAT, 5, 5);
      assertThat(other.params().data().asDouble()).isEqualTo(net.params().data().asDouble());
    }
  }

  @Test
  void aNetworkWithNothingToGainIsRefused() {
    MultiLayerNetwork net = stack(DataType.FLOAT, Activation.RELU);
    assertThatThrownBy(() -> FastLayers.of(net))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("fast layers: the network must have a DenseLayer");
  }
}
