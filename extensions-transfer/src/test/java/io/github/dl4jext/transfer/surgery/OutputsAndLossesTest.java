package io.github.dl4jext.transfer.surgery;

import static io.github.dl4jext.transfer.folding.Trained.fit;
import static io.github.dl4jext.transfer.folding.Trained.moved;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.UpdaterState;
import io.github.dl4jext.spi.ParameterName;
import io.github.dl4jext.transfer.Nets;
import io.github.dl4jext.transfer.folding.Trained;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Ends of a network that change while its weights are kept. */
class OutputsAndLossesTest {

  private static final DataType DOUBLE = DataType.DOUBLE;
  private final ComputationGraph graph = (ComputationGraph) Trained.GRAPH.trained();

  static DenseLayer dense(int size, Activation activation) {
    return new DenseLayer.Builder().nOut(size).activation(activation).build();
  }

  static OutputLayer output(int size) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(size)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static Layer[] layers(Layer... layers) {
    return layers;
  }

  /** As a stack or as a graph, whose layers are called 0, 1, ... */
  static Model net(boolean graph, InputType input, Layer... layers) {
    if (!graph) {
      return Nets.of(DOUBLE, input, layers);
    }
    var builder = Nets.base(DOUBLE).graphBuilder().addInputs("in").setInputTypes(input);
    for (int i = 0; i < layers.length; i++) {
      builder.addLayer(Integer.toString(i), layers[i], i == 0 ? "in" : Integer.toString(i - 1));
    }
    ComputationGraph net =
        new ComputationGraph(
            builder.setOutputs(Integer.toString(layers.length - 1)).allowNoOutput(true).build());
    net.init();
    net.setParams(Nets.of(DOUBLE, input, layers).params());
    return net;
  }

  private static Model withLoss(
      Model pretrained, LossFunction loss, InputType input, LayerSelector frozen) {
    return Network.of(pretrained)
        .<Model>byType(
            stack -> {
              TransferBuilder builder = new TransferBuilder(stack).withLoss(loss).inputType(input);
              return (frozen == null ? builder : builder.freeze(frozen)).build();
            },
            net -> {
              String top = net.getConfiguration().getNetworkOutputs().get(0);
              GraphTransferBuilder builder =
                  new GraphTransferBuilder(net).withLoss(top, loss).inputTypes(input);
              return (frozen == null ? builder : builder.freeze(frozen)).build();
            });
  }

  static INDArray output(Model net, INDArray x) {
    return Network.of(net).output(false, new INDArray[] {x}, null)[0];
  }

  private static DataSet rows(int in, int classes) {
    Nd4j.getRandom().setSeed(5);
    INDArray labels = Nd4j.zeros(DOUBLE, 8, classes);
    for (int i = 0; i < 8; i++) {
      labels.putScalar(i, i % classes, 1);
    }
    return new DataSet(Nd4j.rand(DOUBLE, 8, in), labels);
  }

  private static void assertTrainsAs(Model net, Model reference, DataSet data) {
    fit(net, data, 4);
    fit(reference, data, 4);
    assertThat(numbers(net.params())).containsExactly(numbers(reference.params()), within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDenseLayerBecomesAnOutputLayerWithItsWeights(boolean asGraph) {
    InputType input = InputType.feedForward(5);
    Model imported = net(asGraph, input, dense(6, Activation.TANH), dense(3, Activation.SOFTMAX));
    DataSet data = rows(5, 3);
    Model head = withLoss(imported, LossFunction.MCXENT, input, null);
    assertThat(output(head, data.getFeatures())).isEqualTo(output(imported, data.getFeatures()));
    var start = parameters(head);
    fit(head, data, 3);
    assertThat(moved(start, parameters(head))).containsExactly("1");

    Model whole = withLoss(imported, LossFunction.MCXENT, input, LayerSelector.none());
    Model reference = net(asGraph, input, dense(6, Activation.TANH), output(3));
    reference.setParams(imported.params().dup());
    assertTrainsAs(whole, reference, data);
    Model again = Trained.restored(whole);
    assertTrainsAs(whole, again, data);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anActivationOnTopBecomesALossLayer(boolean asGraph) {
    InputType input = InputType.feedForward(5);
    Layer plain = dense(3, Activation.IDENTITY);
    Model imported =
        net(
            asGraph,
            input,
            dense(6, Activation.TANH),
            plain,
            new ActivationLayer(Activation.SOFTMAX));
    DataSet data = rows(5, 3);
    Model head = withLoss(imported, LossFunction.MCXENT, input, null);
    var start = parameters(head);
    fit(head, data, 3);
    assertThat(moved(start, parameters(head))).containsExactly("1");
    Model reference =
        net(
            asGraph,
            input,
            dense(6, Activation.TANH),
            plain,
            new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build());
    assertTrainsAs(
        withLoss(imported, LossFunction.MCXENT, input, LayerSelector.none()), reference, data);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherLossKeepsWeightsAndState(boolean asGraph) {
    InputType input = InputType.feedForward(5);
    Model trained =
        net(
            asGraph,
            input,
            dense(6, Activation.TANH),
            new OutputLayer.Builder(LossFunction.MSE)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build());
    DataSet data = rows(5, 3);
    fit(trained, data, 3);
    Model other = withLoss(trained, LossFunction.MCXENT, input, LayerSelector.none());
    ParameterName name = new ParameterName(asGraph ? "1" : "layer1", "W");
    assertThat(UpdaterState.copyOf(Network.of(other)).of(name))
        .isEqualTo(UpdaterState.copyOf(Network.of(trained)).of(name))
        .isPresent();
    assertThat(numbers(other.params())).isEqualTo(numbers(trained.params()));
    assertThat(
            ((OutputLayer) Network.of(other).nodes().get(1).layer().orElseThrow())
                .getLossFn()
                .name())
        .isEqualTo("LossMCXENT()");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sequencesAndImagesGetALossOfTheirs(boolean asGraph) {
    InputType sequences = InputType.recurrent(4);
    INDArray x = Nd4j.rand(DOUBLE, 8, 4, 5);
    INDArray y = Nd4j.rand(DOUBLE, 8, 3, 5);
    for (Layer top :
        layers(
            dense(3, Activation.SIGMOID),
            new TimeDistributed(
                new DenseLayer.Builder().nIn(6).nOut(3).activation(Activation.SIGMOID).build()),
            new ActivationLayer(Activation.SIGMOID))) {
      int units = top instanceof ActivationLayer ? 3 : 6;
      Model imported = net(asGraph, sequences, new LSTM.Builder().nOut(units).build(), top);
      Model head = withLoss(imported, LossFunction.XENT, sequences, LayerSelector.none());
      assertThat(output(head, x).shape()).as("%s", top).containsExactly(8, 3, 5);
      var start = parameters(head);
      fit(head, new DataSet(x, y), 2);
      assertThat(moved(start, parameters(head))).contains("0");
    }
    InputType images = InputType.convolutional(4, 4, 2);
    Model pixels =
        net(
            asGraph,
            images,
            new ConvolutionLayer.Builder(1, 1).nOut(3).build(),
            new ActivationLayer(Activation.SIGMOID));
    Model head = withLoss(pixels, LossFunction.XENT, images, null);
    var start = parameters(head);
    fit(head, new DataSet(Nd4j.rand(DOUBLE, 8, 2, 4, 4), Nd4j.rand(DOUBLE, 8, 3, 4, 4)), 2);
    assertThat(moved(start, parameters(head))).containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatCannotHaveALossIsRefused(boolean asGraph) {
    InputType input = InputType.recurrent(4);
    Model net = net(asGraph, input, new LSTM.Builder().nOut(3).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withLoss(net, LossFunction.MSE, input, null))
        .withMessage(
            "withLoss: \""
                + (asGraph ? "0" : "layer0")
                + "\" must be a DenseLayer without layer norm, an ActivationLayer or a layer with a"
                + " loss, was a LSTM; add a LossLayer, RnnLossLayer or CnnLossLayer on top of it"
                + " instead");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TransferBuilder((MultiLayerNetwork) Trained.DENSE.trained())
                    .add(output(2))
                    .withLoss(LossFunction.MSE)
                    .build())
        .withMessageStartingWith("withLoss is for the layer that is kept on top");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new GraphTransferBuilder(graph).withLoss("both", LossFunction.MSE).build())
        .withMessageStartingWith("withLoss: \"both\" must be a layer that is kept, one of [stem,");
  }

  @Test
  void outputsAreNamed() {
    INDArray x = Trained.GRAPH.features();
    var activations = graph.feedForward(x, false);
    ComputationGraph features = new GraphTransferBuilder(graph).outputs("right", "left").build();
    INDArray[] outputs = features.output(x);
    assertThat(outputs).hasSize(2);
    assertThat(outputs[0]).isEqualTo(activations.get("right"));
    assertThat(outputs[1]).isEqualTo(activations.get("left"));
    assertThat(features.getConfiguration().getVertices()).containsOnlyKeys("stem", "left", "right");

    ComputationGraph two =
        new GraphTransferBuilder(graph)
            .add("other", output(2), "stem")
            .outputs("other", "out")
            .build();
    assertThat(two.output(x)[0].shape()).containsExactly(8, 2);
    assertThat(two.output(x)[1]).isEqualTo(activations.get("out"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphTransferBuilder(graph).outputs("pool").build())
        .withMessage("outputs: \"pool\" must be one of [stem, left, norm, right, both, top, out]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new GraphTransferBuilder(graph)
                    .add("more", output(2), "stem")
                    .outputs("out")
                    .build())
        .withMessage("[more] was added, but leads to none of the outputs [out]");
  }

  @Test
  void inputsAreAdded() {
    for (boolean typed : new boolean[] {false, true}) {
      GraphTransferBuilder builder =
          new GraphTransferBuilder(graph)
              .keepUpTo("both")
              .addInputs("price")
              .add("side", new DenseLayer.Builder().nIn(typed ? 0 : 2).nOut(3).build(), "price")
              .addVertex("joined", new MergeVertex(), "both", "side")
              .add("out", output(2), "joined");
      if (typed) {
        builder.inputTypes(InputType.feedForward(7), InputType.feedForward(2));
      }
      ComputationGraph net = builder.build();
      assertThat(net.getConfiguration().getNetworkInputs()).containsExactly("in", "price");
      assertThat(net.getLayer("side").getParam("W").shape()).containsExactly(2, 3);
      assertThat(net.getLayer("out").getParam("W").shape()).containsExactly(12, 2);
      var start = parameters(net);
      net.fit(
          new INDArray[] {Trained.GRAPH.features(), Nd4j.rand(DOUBLE, 8, 2)},
          new INDArray[] {rows(7, 2).getLabels()});
      assertThat(moved(start, parameters(net))).containsExactly("out", "side");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphTransferBuilder(graph).addInputs("stem").build())
        .withMessage("the name \"stem\" is taken");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphTransferBuilder(graph).addInputs("price").build())
        .withMessage("[price] was added, but leads to none of the outputs [out]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new GraphTransferBuilder(graph)
                    .addInputs("price")
                    .add("side", dense(3, Activation.TANH), "price")
                    .build())
        .withMessage("the output shape of \"price\" is unknown; state it by inputTypes(...)");
  }
}
