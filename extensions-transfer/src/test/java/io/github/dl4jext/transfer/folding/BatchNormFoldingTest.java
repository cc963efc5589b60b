package io.github.dl4jext.transfer.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.transfer.Nets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Dense networks: where a batch norm goes, and what is computed then. */
class BatchNormFoldingTest {

  private static final InputType FLAT = InputType.feedForward(6);

  private static void assertSame(FoldedNetwork<?> folded, double relative) {
    assertThat(folded.largestLogit()).isGreaterThan(0.1);
    assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(relative);
  }

  @Test
  void goesIntoTheLayerBefore() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      MultiLayerNetwork net =
          Nets.of(
              type,
              FLAT,
              Nets.dense(5, Activation.IDENTITY),
              Nets.norm(),
              new ActivationLayer(Activation.RELU),
              new DenseLayer.Builder().nOut(4).hasBias(false).build(),
              new BatchNormalization.Builder().useLogStd(false).build(),
              new ActivationLayer(Activation.TANH),
              Nets.softmax(3));

      FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net);

      assertSame(folded, type == DataType.FLOAT ? 1e-5 : 1e-13);
      assertThat(folded.kept()).isEmpty();
      assertThat(folded.folded()).hasToString("{layer1=[layer0], layer4=[layer3]}");
      assertThat(folded.network().getnLayers()).isEqualTo(5);
      assertThat(folded.network().getLayer(2).paramTable()).containsKey("b");
    }
  }

  @Test
  void goesIntoTheLayerAfterAnActivation() {
    MultiLayerNetwork net =
        Nets.of(
            DataType.FLOAT,
            FLAT,
            Nets.norm(),
            Nets.dense(5, Activation.RELU),
            Nets.norm(),
            new DropoutLayer(0.5),
            Nets.softmax(3));

    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net);

    assertSame(folded, 1e-5);
    assertThat(folded.folded()).hasToString("{layer0=[layer1], layer2=[layer4]}");
  }

  @Test
  void imagesOfBothFormats() {
    for (CNN2DFormat format : CNN2DFormat.values()) {
      MultiLayerNetwork net =
          Nets.of(
              DataType.DOUBLE,
              InputType.convolutional(8, 9, 2, format),
              new ConvolutionLayer.Builder(3, 3)
                  .nOut(4)
                  .convolutionMode(ConvolutionMode.Same)
                  .build(),
              Nets.norm(),
              new ActivationLayer(Activation.RELU),
              Nets.norm(),
              Nets.softmax(3));

      FoldedNetwork<MultiLayerNetwork> folded =
          BatchNormFolding.fold(net, InputType.convolutional(8, 9, 2, format));

      assertSame(folded, 1e-12);
      assertThat(folded.kept()).isEmpty();
    }
  }

  @Test
  void aNetworkWithoutBatchNormIsCopiedAndThatIsSaid() {
    MultiLayerNetwork images =
        Nets.of(
            DataType.FLOAT,
            InputType.convolutional(8, 8, 2),
            new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
            Nets.softmax(3));
    for (Model net : new Model[] {images, images.toComputationGraph()}) {
      FoldedNetwork<Model> folded = BatchNormFolding.fold(net);
      assertThat(folded.summary()).isEqualTo("there is no batch normalization to fold\n");
      assertThat(folded.network()).isNotSameAs(net).hasSameClassAs(net);
      assertThat(folded.network().params().toDoubleVector())
          .isEqualTo(net.params().toDoubleVector());
      assertThat(folded.network().params()).isNotSameAs(net.params());
      assertThat(folded.relativeDifference()).isZero();
      assertThat(BatchNormFolding.fold(net, Nd4j.rand(DataType.FLOAT, 1, 2, 8, 8)).summary())
          .startsWith("there is no batch normalization to fold\nlargest difference 0.00");
    }
  }

  @Test
  void neitherTouchesNorRunsTheOriginal() {
    MultiLayerNetwork net = trained();
    String conf = net.getLayerWiseConfigurations().toJson();
    double[] parameters = net.params().dup().toDoubleVector();
    double[] state = net.updaterState().dup().toDoubleVector();
    Nd4j.getRandom().setSeed(77);
    double next = Nd4j.rand(1).getDouble(0);
    Nd4j.getRandom().setSeed(77);

    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net);
    folded.network().params().addi(1);

    assertThat(Nd4j.rand(1).getDouble(0)).as("the host's generator").isEqualTo(next);
    assertThat(net.params().dup().toDoubleVector()).isEqualTo(parameters);
    assertThat(net.updaterState().dup().toDoubleVector()).isEqualTo(state);
    assertThat(net.getLayerWiseConfigurations().toJson()).isEqualTo(conf);
    assertThat(net.input()).as("what the last run left").isNull();
  }

  @Test
  void keepsCountersAndSurvivesSaving() throws Exception {
    MultiLayerNetwork net = trained();

    MultiLayerNetwork folded = BatchNormFolding.fold(net).network();

    assertThat(folded.getIterationCount()).isEqualTo(net.getIterationCount()).isEqualTo(4);
    assertThat(folded.getEpochCount()).isEqualTo(net.getEpochCount());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(folded, bytes, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(bytes.toByteArray()), true);
    INDArray batch = Nets.normal(DataType.FLOAT, 9, 4, 6);
    assertThat(restored.output(batch).toFloatMatrix())
        .isEqualTo(folded.output(batch).toFloatMatrix());
    assertThat(restored.getLayerWiseConfigurations())
        .isEqualTo(folded.getLayerWiseConfigurations());
    // it trains on, as a network without batch norm
    folded.fit(data());
    restored.fit(data());
    assertThat(restored.params().dup().toDoubleVector())
        .isEqualTo(folded.params().dup().toDoubleVector());
    assertThat(folded.getIterationCount()).isEqualTo(5);
  }

  private static DataSet data() {
    return new DataSet(
        Nets.normal(DataType.FLOAT, 5, 16, 6).muli(3).addi(1),
        Nd4j.eye(3).getRows(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0).castTo(DataType.FLOAT));
  }

  private static MultiLayerNetwork trained() {
    MultiLayerNetwork net =
        Nets.of(
            DataType.FLOAT,
            FLAT,
            Nets.dense(5, Activation.IDENTITY),
            Nets.norm(),
            new ActivationLayer(Activation.RELU),
            Nets.softmax(3));
    for (int i = 0; i < 4; i++) {
      net.fit(data());
    }
    net.clear();
    return net;
  }

  @Test
  void lockedGammaAndBetaAsDl4jAppliesThem() {
    for (double[] locked : new double[][] {{2, 3}, {2, 0}, {1, 3}, {1, 0}}) {
      MultiLayerNetwork net =
          Nets.of(
              DataType.DOUBLE,
              FLAT,
              new BatchNormalization.Builder(locked[0], locked[1], true)
                  .useLogStd(false)
                  .eps(0)
                  .build(),
              new OutputLayer.Builder(LossFunction.MSE).nOut(2).build());
      net.getLayer(0).getParam("mean").assign(0);
      net.getLayer(0).getParam("var").assign(1);

      double one = net.feedForward(Nd4j.ones(DataType.DOUBLE, 1, 6)).get(1).getDouble(0);

      boolean both = locked[0] != 1 && locked[1] != 0;
      assertThat(one).as("DL4J leaves gamma 2 out if beta is 0").isEqualTo(both ? 5 : 1);
      assertSame(BatchNormFolding.fold(net), 1e-13);
    }
  }

  @Test
  void dl4jNeverAppliesTheActivationOfABatchNorm() {
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            FLAT,
            new BatchNormalization.Builder().activation(Activation.RELU).build(),
            Nets.softmax(3));

    assertThat(net.feedForward(Nets.normal(DataType.DOUBLE, 1, 5, 6)).get(1).minNumber())
        .as("after ReLU there is nothing negative")
        .satisfies(smallest -> assertThat(smallest.doubleValue()).isNegative());
    assertSame(BatchNormFolding.fold(net), 1e-13);
  }

  @Test
  void oneNumberByHand() {
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            InputType.feedForward(1),
            Nets.dense(1, Activation.IDENTITY),
            new BatchNormalization.Builder().eps(0).useLogStd(false).build(),
            new OutputLayer.Builder(LossFunction.MSE)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    net.getLayer(0).getParam("W").assign(5);
    net.getLayer(0).getParam("b").assign(7);
    net.getLayer(1).getParam("gamma").assign(2);
    net.getLayer(1).getParam("beta").assign(1);
    net.getLayer(1).getParam("mean").assign(3);
    net.getLayer(1).getParam("var").assign(4);

    MultiLayerNetwork folded = BatchNormFolding.fold(net).network();

    assertThat(folded.getLayer(0).getParam("W").getDouble(0)).isEqualTo(5);
    assertThat(folded.getLayer(0).getParam("b").getDouble(0)).isEqualTo(5);
  }

  @Test
  void frozenLayersStayFrozen() {
    for (boolean backprop : new boolean[] {false, true}) {
      MultiLayerNetwork net =
          Nets.of(
              DataType.DOUBLE,
              FLAT,
              frozen(new DenseLayer.Builder().nIn(6).nOut(5).hasBias(false).build(), backprop),
              frozen(new BatchNormalization.Builder().nIn(5).nOut(5).build(), backprop),
              new ActivationLayer(Activation.RELU),
              Nets.softmax(3));

      FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, FLAT);

      assertThat(folded.folded()).hasSize(1);
      assertThat(folded.network().getnLayers()).isEqualTo(3);
      assertThat(folded.network().getLayer(0).getClass()).isEqualTo(net.getLayer(0).getClass());
      assertSame(folded, 1e-13);
      assertThat(net.numParams()).as("the original's bias").isEqualTo(6 * 5 + 4 * 5 + 5 * 3 + 3);
    }
  }

  private static Layer frozen(Layer layer, boolean backprop) {
    return backprop ? new FrozenLayerWithBackprop(layer) : new FrozenLayer(layer);
  }

  @Test
  void whatCannotBeFoldedIsKeptWithTheReason() {
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            FLAT,
            Nets.dense(5, Activation.RELU),
            Nets.norm(),
            new ActivationLayer(Activation.TANH),
            Nets.softmax(3));

    FoldedNetwork<MultiLayerNetwork> kept = BatchNormFolding.fold(net);
    assertThat(kept.summary())
        .contains("layer1 kept: not into a layer before: the activation of `layer0` (DenseLayer)")
        .contains("nor after: `layer2` (ActivationLayer) stands between");
    assertThat(kept.largestDifference()).isZero();
    assertThat(kept.network().getnLayers()).isEqualTo(4);

    net.getLayer(1).getParam("mean").putScalar(2, Double.NaN);
    assertThat(BatchNormFolding.fold(net).kept().get("layer1")).contains("is not finite");
  }

  @Test
  void layerNormIsLeftAlone() {
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            FLAT,
            new DenseLayer.Builder().nOut(5).hasLayerNorm(true).build(),
            Nets.norm(),
            new DenseLayer.Builder().nOut(5).hasLayerNorm(true).build(),
            Nets.softmax(3));

    assertThat(BatchNormFolding.fold(net).kept().get("layer1"))
        .contains("`layer0` (DenseLayer) has a layer norm of its own")
        .contains("`layer2` (DenseLayer) has a layer norm of its own");
  }

  @Test
  void theLastLayerOfABackbone() {
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE, FLAT, Nets.dense(5, Activation.IDENTITY), Nets.norm(), Nets.norm());

    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net);

    assertThat(folded.folded()).hasToString("{layer1=[layer0], layer2=[layer0]}");
    assertSame(folded, 1e-13);
    FoldedNetwork<MultiLayerNetwork> again = BatchNormFolding.fold(folded.network());
    assertThat(again.folded()).isEmpty();
    assertThat(again.network().params().toDoubleVector())
        .isEqualTo(folded.network().params().toDoubleVector());
    assertThat(again.largestDifference()).isZero();
  }

  @Test
  void indicesHaveNoScale() {
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            InputType.feedForward(7),
            new EmbeddingLayer.Builder().nIn(7).nOut(4).build(),
            Nets.norm(),
            Nets.softmax(3));

    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net);

    assertThat(folded.folded()).hasToString("{layer1=[layer0]}");
    assertSame(folded, 1e-13);
  }

  @Test
  void denseLayersWithinSequences() {
    InputType input = InputType.recurrent(3, 4);
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            input,
            Nets.dense(5, Activation.TANH),
            Nets.norm(),
            new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build());

    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, input);

    assertThat(folded.kept()).isEmpty();
    assertSame(folded, 1e-13);
  }

  @Test
  void aBatchThatDoesNotFitIsNamed() {
    MultiLayerNetwork net = trained();
    assertThatThrownBy(() -> BatchNormFolding.fold(net, Nd4j.ones(2, 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not run on the batch of shape [[2, 7]]");
    MultiLayerNetwork images =
        Nets.of(
            DataType.FLOAT,
            InputType.convolutional(5, 5, 1),
            new ConvolutionLayer.Builder(3, 3).nOut(2).build(),
            Nets.norm(),
            Nets.softmax(2));
    assertThatThrownBy(() -> BatchNormFolding.fold(images))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("`layer0` (ConvolutionLayer): give an InputType or a batch");
  }

  /** Whatever is drawn, the outputs agree and no batch norm between linear layers stays. */
  @Property(tries = 25)
  void anyStackOfDenseLayers(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 5) Integer> kinds,
      @ForAll @IntRange(min = 1, max = 5) int width) {
    List<Layer> layers = new ArrayList<>();
    layers.add(Nets.dense(width, Activation.IDENTITY));
    for (int kind : kinds) {
      layers.add(
          switch (kind) {
            case 0, 1 -> Nets.norm();
            case 2 -> Nets.dense(width, Activation.TANH);
            case 3 -> new ActivationLayer(Activation.SOFTPLUS);
            case 4 -> new DropoutLayer(0.5);
            default -> Nets.dense(width, Activation.IDENTITY);
          });
    }
    layers.add(Nets.softmax(3));
    MultiLayerNetwork net = Nets.of(DataType.DOUBLE, FLAT, layers.toArray(Layer[]::new));

    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net);

    assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(1e-10);
    assertThat(folded.folded().size() + folded.kept().size())
        .isEqualTo((int) layers.stream().filter(BatchNormalization.class::isInstance).count());
    assertThat(folded.network().getnLayers()).isEqualTo(layers.size() - folded.folded().size());
  }
}
