package io.github.dl4jext.transfer.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.regularization.pruning.Pruning;
import io.github.dl4jext.regularization.pruning.PruningMethod;
import io.github.dl4jext.regularization.pruning.Sparsity;
import io.github.dl4jext.transfer.Nets;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Smaller networks with the same outputs. */
class ShrinkingTest {

  private static final InputType FLAT = InputType.feedForward(6);
  private static final InputType IMAGES = InputType.convolutional(9, 9, 2);
  private static final InputType IMAGES_LAST = InputType.convolutional(9, 9, 2, CNN2DFormat.NHWC);
  private static final InputType SEQUENCES = InputType.recurrent(3, 7);

  /** Every second unit of all layers but the last gets weights of 0; biases stay. */
  private static <M extends Model> M withConstantUnits(M model) {
    Network network = Network.of(model);
    String last = network.nodes().get(network.nodes().size() - 1).name();
    for (ParameterSlot slot : network.slots()) {
      boolean weights = slot.parameter().equals("W") || slot.parameter().equals("pW");
      if (weights && !slot.node().name().equals(last)) {
        zeroSecond(slot.node().type(), slot);
      }
    }
    return model;
  }

  private static void zeroSecond(String type, ParameterSlot slot) {
    INDArray weights = slot.value();
    boolean columns = type.equals("DenseLayer") || type.equals("LSTM");
    if (type.equals("SeparableConvolution2D") && slot.parameter().equals("W")) {
      return;
    }
    if (type.equals("Convolution1DLayer")) { // read as [width, in, out]
      weights = weights.reshape('c', weights.size(2), weights.size(1), weights.size(0));
      for (long i = 1; i < weights.size(2); i += 2) {
        weights.tensorAlongDimension(i, 0, 1).assign(0);
      }
      return;
    }
    for (long i = 1; i < weights.size(columns ? 1 : 0); i += 2) {
      (columns ? weights.getColumn(i) : weights.tensorAlongDimension(i, 1, 2, 3)).assign(0);
    }
  }

  private static double[] outputs(Model model, INDArray batch) {
    return Network.of(model)
        .output(false, new INDArray[] {batch.castTo(model.params().dataType())}, null)[0]
        .castTo(DataType.DOUBLE)
        .dup('c')
        .data()
        .asDouble();
  }

  private static void assertSame(Model original, ShrunkenNetwork<?> shrunken, INDArray batch) {
    assertThat(shrunken.relativeDifference()).isLessThan(1e-6);
    double[] before = outputs(original, batch);
    double[] after = outputs(shrunken.network(), batch);
    boolean isDouble = original.params().dataType() == DataType.DOUBLE;
    for (int i = 0; i < before.length; i++) {
      // of numbers from 0 to about 1; float adds in another order
      assertThat(after[i]).isCloseTo(before[i], within(isDouble ? 1e-12 : 2e-6));
    }
    assertThat(before).hasSameSizeAs(after);
  }

  private static ConvolutionLayer.Builder filters(int out) {
    return new ConvolutionLayer.Builder(3, 3).nOut(out);
  }

  static Stream<Arguments> networks() {
    Layer softmax = Nets.softmax(3);
    Layer relu = new ActivationLayer(Activation.RELU);
    Layer same = filters(6).convolutionMode(ConvolutionMode.Same).build();
    Layer sigmoids = filters(6).activation(Activation.SIGMOID).build();
    Layer pooling = new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
    Layer padded =
        new SubsamplingLayer.Builder(PoolingType.AVG)
            .kernelSize(2, 2)
            .stride(2, 2)
            .padding(1, 1)
            .build();
    return Stream.of(
        // layers, input, what goes
        row(FLAT, "{layer0=4, layer1=2}", Nets.dense(8, Activation.SIGMOID), dense(5), softmax),
        row(FLAT, "{layer0=4, layer2=3}", dense(8), Nets.norm(), dense(6), Nets.norm(), softmax),
        row(
            FLAT,
            "{layer0=4}",
            dense(8),
            new DropoutLayer(0.5),
            relu,
            new BatchNormalization.Builder().useLogStd(true).build(),
            softmax),
        row(
            FLAT,
            "{layer0=4}",
            dense(8),
            new BatchNormalization.Builder().lockGammaBeta(true).gamma(3).beta(2).build(),
            softmax),
        row(IMAGES, "{layer0=3, layer2=3}", filters(6).build(), relu, filters(6).build(), softmax),
        row(IMAGES, "{layer0=3, layer2=2}", sigmoids, pooling, dense(5), softmax),
        row(IMAGES_LAST, "{layer0=3, layer2=2}", last(6), lastPooling(), dense(5), softmax),
        row(IMAGES_LAST, "{layer0=3}", last(6), lastNorm(), softmax),
        row(IMAGES, "{layer0=3}", filters(6).build(), Nets.norm(), relu, pooling, softmax),
        row(
            IMAGES,
            "{layer0=3}",
            sigmoids,
            new Cropping2D.Builder(1, 1).build(),
            new Upsampling2D.Builder(2).build(),
            new GlobalPoolingLayer(PoolingType.AVG),
            softmax),
        row(
            IMAGES,
            "{layer0=3, layer1=3}",
            filters(6).build(),
            new SeparableConvolution2D.Builder(3, 3).nOut(6).depthMultiplier(2).build(),
            softmax),
        row(
            SEQUENCES,
            "{layer0=3, layer1=2}",
            new Convolution1DLayer.Builder(2).nOut(6).activation(Activation.SIGMOID).build(),
            new Convolution1DLayer.Builder(2).nOut(4).activation(Activation.TANH).build(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build()),
        // a constant that is not 0 meets a border of zeros, or what needs all units
        row(IMAGES, "{layer1=3}", sigmoids, same, softmax),
        row(IMAGES, "{}", sigmoids, padded, softmax),
        row(IMAGES, "{}", sigmoids, new ZeroPaddingLayer(1, 1), softmax),
        row(IMAGES, "{}", sigmoids, new GlobalPoolingLayer(PoolingType.SUM), softmax),
        row(
            IMAGES,
            "{}",
            sigmoids,
            new DepthwiseConvolution2D.Builder(2, 2).depthMultiplier(2).build(),
            softmax),
        row(FLAT, "{}", new DenseLayer.Builder().nOut(8).hasLayerNorm(true).build(), softmax),
        row(FLAT, "{}", Nets.dense(8, Activation.SOFTMAX), softmax),
        row(
            SEQUENCES,
            "{}",
            dense(6),
            new LSTM.Builder().nOut(4).build(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build()));
  }

  private static Layer dense(int out) {
    return Nets.dense(out, Activation.TANH);
  }

  private static Layer last(int out) {
    return filters(out).dataFormat(CNN2DFormat.NHWC).activation(Activation.SIGMOID).build();
  }

  private static Layer lastPooling() {
    return new SubsamplingLayer.Builder()
        .kernelSize(2, 2)
        .stride(2, 2)
        .dataFormat(CNN2DFormat.NHWC)
        .build();
  }

  private static Layer lastNorm() {
    return new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build();
  }

  private static Arguments row(InputType input, String removed, Layer... layers) {
    return Arguments.of(input, removed, Arrays.asList(layers));
  }

  @ParameterizedTest(name = "{1} {2}")
  @MethodSource("networks")
  void constantUnitsGoWhereTheyCan(InputType input, String removed, List<Layer> layers) {
    INDArray batch = ComparisonInputs.of(input)[0];
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      Layer[] own = layers.stream().map(Layer::clone).toArray(Layer[]::new);
      MultiLayerNetwork net = withConstantUnits(Nets.of(type, input, own));
      double[] before = numbers(net.params());

      ShrunkenNetwork<MultiLayerNetwork> shrunken = Shrinking.shrink(net, input);

      assertThat(shrunken.removed()).hasToString(removed);
      assertSame(net, shrunken, batch);
      assertThat(numbers(net.params())).as("the original is left alone").isEqualTo(before);
      ShrunkenNetwork<ComputationGraph> graph = Shrinking.shrink(net.toComputationGraph(), input);
      assertThat(graph.removed().values()).hasToString(shrunken.removed().values().toString());
      assertSame(net, graph, batch);
      assertThat(graph.network().numParams()).isEqualTo(shrunken.network().numParams());
    }
  }

  private static double[] numbers(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  @Test
  void whatIsKeptSaysWhy() {
    MultiLayerNetwork net =
        withConstantUnits(
            Nets.of(
                DataType.FLOAT,
                IMAGES,
                filters(6).activation(Activation.SIGMOID).build(),
                filters(4).convolutionMode(ConvolutionMode.Same).build(),
                Nets.softmax(3)));
    ShrunkenNetwork<MultiLayerNetwork> shrunken = Shrinking.shrink(net, IMAGES);
    assertThat(shrunken.summary())
        .contains("layer1 lost 2 units")
        .contains(
            "layer0 kept: 3 constant units, since `layer1` (ConvolutionLayer) pads its border with"
                + " zeros")
        .contains(shrunken.network().numParams() + " parameters of " + net.numParams());
  }

  /** As after pruning by filter: gain and shift of the norm are 0 too, so padding does not mind. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void prunedFiltersGoThroughNormAndPadding(DataType type) {
    ConvolutionLayer same =
        filters(10)
            .convolutionMode(ConvolutionMode.Same)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build();
    MultiLayerNetwork net =
        Nets.of(
            type,
            IMAGES,
            same.clone(),
            Nets.norm(),
            new ActivationLayer(Activation.RELU),
            same.clone(),
            Nets.norm(),
            new ActivationLayer(Activation.RELU),
            Nets.dense(20, Activation.RELU),
            Nets.softmax(3));
    Pruning.prune(net, PruningMethod.L2_STRUCTURED, 0.8);

    ShrunkenNetwork<MultiLayerNetwork> shrunken = Shrinking.shrink(net, IMAGES);

    assertThat(shrunken.removed()).hasToString("{layer0=8, layer3=8, layer6=16}");
    assertThat(shrunken.kept()).isEmpty();
    assertSame(net, shrunken, ComparisonInputs.of(IMAGES)[0]);
  }

  @Test
  void masksOfWhatStaysHoldInTheSmallerNetwork() {
    MultiLayerNetwork net =
        Nets.of(DataType.DOUBLE, FLAT, dense(10), Nets.norm(), dense(8), Nets.softmax(3));
    Pruning.prune(net, PruningMethod.L2_STRUCTURED, 0.5);
    Pruning.prune(net, LayerSelector.at(0, 2), PruningMethod.L1_UNSTRUCTURED, 0.7);
    MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.at(0));

    MultiLayerNetwork small = Shrinking.shrink(frozen).network();

    MultiLayerNetwork thawed = Freezing.unfreeze(small, LayerSelector.all());
    assertThat(thawed.layerInputSize(2)).isEqualTo(5);
    List<Long> zeros = zeros(thawed);
    assertThat(zeros.get(0)).isPositive();
    INDArray batch = Nets.normal(DataType.DOUBLE, 4, 12, 6);
    INDArray labels = Nd4j.eye(3).castTo(DataType.DOUBLE).repeat(0, 4);
    double[] before = numbers(thawed.params());
    for (int i = 0; i < 5; i++) {
      thawed.fit(batch, labels);
    }
    assertThat(numbers(thawed.params())).isNotEqualTo(before);
    assertThat(zeros(thawed)).isEqualTo(zeros);
  }

  private static List<Long> zeros(Model model) {
    return Sparsity.of(model).layers().stream().map(Sparsity.LayerSparsity::zeros).toList();
  }

  /** The last layer looks at one unit; so what feeds the others is not needed either. */
  @Test
  void unitsThatNothingLooksAtGoAndWhatTheyReadGoes() {
    MultiLayerNetwork net =
        Nets.of(DataType.DOUBLE, FLAT, dense(4), dense(5), Nets.norm(), Nets.softmax(3));
    for (int i = 1; i < 5; i++) {
      net.getParam("3_W").getRow(i).assign(0);
    }
    net.getParam("1_W").getRow(2).assign(0);
    net.getParam("1_W").putScalar(3, 0, 0);

    ShrunkenNetwork<MultiLayerNetwork> shrunken = Shrinking.shrink(net);

    assertThat(shrunken.removed()).hasToString("{layer0=2, layer1=4}");
    assertSame(net, shrunken, Nets.normal(DataType.DOUBLE, 3, 9, 6));
    assertThat(shrunken.network().layerSize(0)).isEqualTo(2);
  }

  @Test
  void givesTheNumbersOfTheClassComment() {
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            InputType.feedForward(1),
            Nets.dense(2, Activation.RELU),
            new OutputLayer.Builder(LossFunction.MSE)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    net.getParam("0_W").assign(Nd4j.createFromArray(new double[][] {{1, 0}}));
    net.getParam("0_b").assign(Nd4j.createFromArray(new double[][] {{0, 2}}));
    net.getParam("1_W").assign(Nd4j.createFromArray(new double[][] {{5}, {3}}));
    net.getParam("1_b").assign(1);

    MultiLayerNetwork small = Shrinking.shrink(net).network();

    assertThat(numbers(small.getParam("1_b"))).containsExactly(7);
    assertThat(numbers(small.getParam("1_W"))).containsExactly(5);
    assertThat(numbers(small.getParam("0_b"))).containsExactly(0);
  }

  @Test
  void aLayerKeepsItsLastUnit() {
    MultiLayerNetwork net = Nets.of(DataType.DOUBLE, FLAT, dense(4), dense(3), Nets.softmax(3));
    net.getParam("0_W").assign(0);

    ShrunkenNetwork<MultiLayerNetwork> shrunken = Shrinking.shrink(net);

    assertThat(shrunken.network().layerSize(0)).isEqualTo(1);
    assertThat(shrunken.kept().get("layer0")).contains("a layer must have a unit");
    assertSame(net, shrunken, Nets.normal(DataType.DOUBLE, 3, 9, 6));
  }

  /** Two branches that are merged, one of them added to another, and a shared reader. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void branchesOfAGraph(DataType type) {
    ComputationGraph net =
        new ComputationGraph(
            Nets.base(type)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(IMAGES)
                .addLayer("left", filters(6).activation(Activation.SIGMOID).build(), "in")
                .addLayer("right", filters(4).activation(Activation.TANH).build(), "in")
                .addVertex("merged", new MergeVertex(), "left", "right", "left")
                .addLayer("norm", Nets.norm(), "merged")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "norm")
                .addLayer("low", dense(8), "pool")
                .addLayer("one", dense(5), "low")
                .addLayer("other", dense(5), "low")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "one", "other")
                .addLayer("out", Nets.softmax(3), "sum")
                .setOutputs("out")
                .build());
    net.init();
    Arrays.stream(net.getVertices()).forEach(vertex -> Nets.fill(vertex.paramTable(false)));
    withConstantUnits(net);

    ShrunkenNetwork<ComputationGraph> shrunken = Shrinking.shrink(net, IMAGES);

    assertThat(shrunken.removed()).hasToString("{left=3, right=2, low=4}");
    assertThat(shrunken.kept().get("one")).contains("`sum` (ElementWiseVertex) needs them");
    assertSame(net, shrunken, ComparisonInputs.of(IMAGES)[0]);
    assertThat(Shrinking.shrink(shrunken.network(), IMAGES).removed()).isEmpty();
  }

  @Test
  void countsAreKeptAndTheSmallerNetworkIsSavedAndTrained() throws IOException {
    MultiLayerNetwork net =
        withConstantUnits(Nets.of(DataType.FLOAT, IMAGES, filters(6).build(), Nets.softmax(3)));
    net.getLayerWiseConfigurations().setIterationCount(17);
    MultiLayerNetwork small = Shrinking.shrink(net, IMAGES).network();
    assertThat(small.getIterationCount()).isEqualTo(17);
    var bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(small, bytes, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(bytes.toByteArray()), true);
    INDArray batch = Nets.normal(DataType.FLOAT, 3, 6, 2, 9, 9);
    INDArray labels = Nd4j.eye(3).repeat(0, 2);
    small.fit(batch, labels);
    restored.fit(batch, labels);
    assertThat(numbers(restored.params())).isEqualTo(numbers(small.params()));
  }

  @Test
  void aNetworkThatCannotBeComparedIsRefused() {
    MultiLayerNetwork net = Nets.of(DataType.FLOAT, FLAT, dense(4), Nets.softmax(3));
    assertThatThrownBy(() -> Shrinking.shrink(net, Nd4j.ones(2, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not run on the batch of shape [[2, 5]]");
    net.getParam("0_b").assign(Float.NaN);
    assertThatThrownBy(() -> Shrinking.shrink(net))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("look for NaN in the network or the batch");
    MultiLayerNetwork images = Nets.of(DataType.FLOAT, IMAGES, filters(4).build(), Nets.softmax(3));
    assertThatThrownBy(() -> Shrinking.shrink(images))
        .hasMessageContaining("give an InputType or a batch to compare on");
  }
}
