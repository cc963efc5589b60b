package io.github.dl4jext.transfer.surgery;

import static io.github.dl4jext.transfer.folding.Trained.fit;
import static io.github.dl4jext.transfer.folding.Trained.moved;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.parameters;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.activations.initializers.LecunNormal;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class TransferBuilderTest {

  private final MultiLayerNetwork pretrained = (MultiLayerNetwork) Trained.DENSE.trained();
  private final ComputationGraph graph = (ComputationGraph) Trained.GRAPH.trained();

  private static OutputLayer head(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static DenseLayer mish(int size) {
    return new DenseLayer.Builder().nOut(size).activation(new Mish()).build();
  }

  private static DataSet data(int classes) {
    DataSet data = Trained.DENSE.data();
    data.setLabels(
        Nd4j.eye(classes)
            .castTo(DataType.DOUBLE)
            .get(org.nd4j.linalg.indexing.NDArrayIndex.indices(0, 1, 0, 1, 0, 1, 0, 1))
            .dup());
    return data;
  }

  private static Layer layer(MultiLayerNetwork net, int index) {
    return Network.of(net).nodes().get(index).layer().orElseThrow();
  }

  @Test
  void aNewHeadLearnsOnAFrozenBackbone() {
    double[] before = numbers(pretrained.params());
    MultiLayerNetwork net =
        new TransferBuilder(pretrained).dropLast(1).add(mish(6)).add(head(2)).build();

    assertThat(net.getnLayers()).isEqualTo(5);
    assertThat(net.getIterationCount()).isZero();
    assertThat(LayerSelector.where(Node::isFrozen).in(net)).hasSize(3);
    Map<String, double[]> start = parameters(net);
    for (String key : new String[] {"0_W", "0_b", "1_W", "1_b", "2_W", "2_b"}) {
      assertThat(start.get(key)).isEqualTo(parameters(pretrained).get(key));
    }
    fit(net, data(2), 5);
    assertThat(moved(start, parameters(net))).containsExactly("3", "4");
    assertThat(numbers(pretrained.params())).isEqualTo(before);
  }

  @Test
  void initialisersFitTheActivationUnlessGiven() {
    MultiLayerNetwork net =
        new TransferBuilder(pretrained)
            .dropLast(2)
            .add(mish(50))
            .add(new DenseLayer.Builder().nOut(50).activation(Activation.SELU).build())
            .add(
                new DenseLayer.Builder()
                    .nOut(9)
                    .activation(Activation.RELU)
                    .weightInit(new LecunNormal())
                    .build())
            .add(new DenseLayer.Builder().nOut(40).activation(Activation.IDENTITY).build())
            .add(new ActivationLayer(Activation.RELU))
            .add(head(2))
            .build();
    assertThat(((BaseLayer) layer(net, 2)).getWeightInitFn()).isEqualTo(new HeNormal());
    // of 50 inputs and 50 outputs the default would do as well
    assertThat(((BaseLayer) layer(net, 4)).getWeightInitFn()).isEqualTo(new LecunNormal());
    assertThat(((BaseLayer) layer(net, 5)).getWeightInitFn()).isEqualTo(new HeNormal());
  }

  @Test
  void stateOfTheTrunkIsParkedAndCountersBeginAnew() {
    TransferBuilder builder = new TransferBuilder(pretrained).dropLast(1).add(head(2));
    MultiLayerNetwork thawed = Freezing.unfreeze(builder.build());
    long kept = pretrained.getLayer(0).numParams();
    double[] old = updaterState(Freezing.unfreeze(pretrained));
    assertThat(updaterState(thawed)[0]).isEqualTo(old[0]).isNotZero();
    assertThat(kept).isPositive();
    assertThat(builder.keepCounters().build().getIterationCount()).isEqualTo(10);
    assertThat(updaterState(Freezing.unfreeze(builder.forgetState().build()))).containsOnly(0.0);
  }

  @Test
  void anUpdaterOfOnesOwn() {
    MultiLayerNetwork net =
        new TransferBuilder(pretrained).dropLast(1).add(head(2)).updater(new Sgd(0.5)).build();
    for (int i = 0; i < 4; i++) {
      assertThat(((BaseLayer) layer(net, i)).getIUpdater()).isEqualTo(new Sgd(0.5));
    }
    assertThat(updaterState(net)).isEmpty();
    MultiLayerNetwork asBefore = new TransferBuilder(pretrained).dropLast(1).add(head(2)).build();
    assertThat(((BaseLayer) layer(asBefore, 3)).getIUpdater()).isEqualTo(new Adam(0.01));
  }

  @Test
  void anotherSelectionIsFrozen() {
    MultiLayerNetwork net =
        new TransferBuilder(pretrained)
            .keepUpTo("layer1")
            .add(head(2))
            .freeze(LayerSelector.at(1))
            .build();
    Map<String, double[]> start = parameters(net);
    fit(net, data(2), 3);
    assertThat(moved(start, parameters(net))).containsExactly("0", "2");
  }

  @Test
  void aSavedNetworkIsAsGood(@TempDir Path folder) throws IOException {
    File file = folder.resolve("net.zip").toFile();
    ModelSerializer.writeModel(pretrained, file, true);
    MultiLayerNetwork net = TransferBuilder.fromFile(file).dropLast(1).add(head(2)).build();
    MultiLayerNetwork live = new TransferBuilder(pretrained).dropLast(1).add(head(2)).build();
    assertThat(numbers(net.params())).isEqualTo(numbers(live.params()));
    assertThat(updaterState(net)).isEqualTo(updaterState(live));
    MultiLayerNetwork again = (MultiLayerNetwork) restored(net);
    fit(net, data(2), 3);
    fit(again, data(2), 3);
    assertThat(numbers(again.params())).isEqualTo(numbers(net.params()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TransferBuilder.fromFile(folder.resolve("none.zip").toFile()))
        .withMessageStartingWith("there is no file ");
  }

  @Test
  void theSeedDrawsTheHead() {
    TransferBuilder builder = new TransferBuilder(pretrained).dropLast(1).add(head(2));
    double[] one = numbers(builder.seed(1).build().params());
    assertThat(numbers(builder.seed(1).build().params())).isEqualTo(one);
    assertThat(numbers(builder.seed(2).build().params())).isNotEqualTo(one);
  }

  @Test
  void imagesGoIntoRowsAsBefore() {
    MultiLayerNetwork images = (MultiLayerNetwork) Trained.CONVOLUTIONAL.trained();
    MultiLayerNetwork net =
        new TransferBuilder(images).dropLast(1).add(mish(5)).add(head(2)).build();
    assertThat(net.getLayer(5).getParam("W").shape()).containsExactly(4, 5);
    MultiLayerNetwork pooled =
        new TransferBuilder(images).dropLast(1).add(new GlobalPoolingLayer()).add(head(2)).build();
    assertThat(pooled.output(Trained.CONVOLUTIONAL.features()).shape()).containsExactly(8, 2);
    assertThat(net.output(Trained.CONVOLUTIONAL.features()).shape()).containsExactly(8, 2);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TransferBuilder(images).dropLast(3).add(head(2)).build())
        .withMessage("the output shape of \"layer2\" is unknown; state it by inputType(...)");
    MultiLayerNetwork deeper =
        new TransferBuilder(images)
            .dropLast(3)
            .inputType(InputType.convolutional(8, 8, 2))
            .add(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
            .add(head(2))
            .build();
    assertThat(deeper.output(Trained.CONVOLUTIONAL.features()).shape()).containsExactly(8, 2);
  }

  @Test
  void sequences() {
    MultiLayerNetwork net = (MultiLayerNetwork) Trained.RECURRENT.trained();
    MultiLayerNetwork added =
        new TransferBuilder(net)
            .dropLast(2)
            .add(new LSTM.Builder().nOut(5).build())
            .add(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nOut(2)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    assertThat(added.output(Trained.RECURRENT.features()).shape()).containsExactly(8, 2, 5);
    assertThat(added.getLayer(2).getParam("W").shape()).containsExactly(6, 20);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TransferBuilder(pretrained)
                    .dropLast(1)
                    .add(new DenseLayer.Builder().name("fc").nIn(20).nOut(5).build())
                    .build())
        .withMessage(
            "layer \"fc\" (DenseLayer) takes 20 inputs, but \"layer2\" below it gives 4"
                + " (InputTypeFeedForward(4))");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TransferBuilder(pretrained)
                    .dropLast(1)
                    .add(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
                    .add(head(2))
                    .build())
        .withMessageStartingWith(
            "layer \"layer3\" (ConvolutionLayer) does not fit on top of \"layer2\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TransferBuilder(pretrained).dropLast(4))
        .withMessage("count must be in [0, 3] for a network of 4 layers, was 4");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TransferBuilder(
                    new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder().list().layer(head(2)).build())))
        .withMessage("the network is not initialised; call init() first");
  }

  @Test
  void aGraphWithANewHead() {
    double[] before = numbers(graph.params());
    ComputationGraph net =
        new GraphTransferBuilder(graph)
            .keepUpTo("both")
            .add("fc", mish(6), "both")
            .add("out", head(2), "fc")
            .build();
    assertThat(net.getConfiguration().getNetworkOutputs()).containsExactly("out");
    assertThat(net.getLayer("fc").getParam("W").shape()).containsExactly(9, 6);
    Map<String, double[]> start = parameters(net);
    assertThat(start.get("norm_mean")).isEqualTo(parameters(graph).get("norm_mean"));
    fit(net, data(2), 5);
    assertThat(moved(start, parameters(net))).containsExactly("fc", "out");
    assertThat(numbers(graph.params())).isEqualTo(before);

    ComputationGraph again = (ComputationGraph) restored(net);
    fit(net, data(2), 2);
    fit(again, data(2), 2);
    assertThat(numbers(again.params())).isEqualTo(numbers(net.params()));
  }

  @Test
  void aGraphWithASecondBranch() {
    ComputationGraph net =
        new GraphTransferBuilder(graph)
            .drop("top")
            .add("extra", mish(3), "in")
            .addVertex("joined", new MergeVertex(), "both", "extra")
            .add("out", head(2), "joined")
            .freeze(LayerSelector.upTo("norm"))
            .build();
    Map<String, double[]> start = parameters(net);
    fit(net, data(2), 5);
    assertThat(moved(start, parameters(net))).containsExactly("extra", "out", "right");
    assertThat(net.getLayer("out").getParam("W").shape()).containsExactly(12, 2);
  }

  @Test
  void graphsRefuseWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphTransferBuilder(graph).keepUpTo("pool"))
        .withMessageStartingWith("there is no layer \"pool\"; the layers are 0 \"stem\"");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new GraphTransferBuilder(graph).drop("out").add("top", head(2), "both").build())
        .withMessage("the name \"top\" is taken");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new GraphTransferBuilder(graph).drop("out").add("new", head(2), "out").build())
        .withMessage(
            "\"new\" should go on top of \"out\", but there are only [in, stem, left, norm, right,"
                + " both, top]");
  }
}
