package io.github.dl4jext.transfer.freezing;

import static io.github.dl4jext.transfer.folding.Trained.builder;
import static io.github.dl4jext.transfer.folding.Trained.fit;
import static io.github.dl4jext.transfer.folding.Trained.moved;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.output;
import static io.github.dl4jext.transfer.folding.Trained.parameters;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.transfer.folding.Trained;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.transferlearning.TransferLearningHelper;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Where freezing in DL4J 1.0.0-M2.1 goes wrong, and ours does not. */
class Dl4jFreezingDefectsTest {

  private static Layer dense() {
    return new DenseLayer.Builder().nOut(5).build();
  }

  private static MultiLayerNetwork net(UnaryOperator<Layer> second) {
    MultiLayerConfiguration conf =
        builder()
            .list()
            .layer(dense())
            .layer(second.apply(dense()))
            .layer(output())
            .setInputType(InputType.feedForward(7))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  private static MultiLayerNetwork trained() {
    MultiLayerNetwork net = net(UnaryOperator.identity());
    fit(net, Trained.DENSE.data(), 30);
    return net;
  }

  private static MultiLayerNetwork frozenByDl4j(MultiLayerNetwork net, int till) {
    return new TransferLearning.Builder(net)
        .fineTuneConfiguration(
            new FineTuneConfiguration.Builder().updater(new Adam(0.01)).seed(1).build())
        .setFeatureExtractor(till)
        .build();
  }

  @Test
  void aSecondFreezeFails() {
    MultiLayerNetwork once = frozenByDl4j(trained(), 0);
    assertThatThrownBy(() -> fit(frozenByDl4j(once, 1), Trained.DENSE.data(), 1))
        .isInstanceOf(ClassCastException.class);

    MultiLayerNetwork twice = Freezing.freeze(once, LayerSelector.at(1));
    assertThat(LayerSelector.where(Node::isFrozen).in(twice)).hasSize(2);
    assertThat(LayerSelector.where(Node::isFrozen).in(Freezing.unfreeze(twice))).isEmpty();
  }

  @Test
  void countersAndMomentumAreLost() {
    MultiLayerNetwork original = trained();
    MultiLayerNetwork theirs = frozenByDl4j(original, 0);
    assertThat(theirs.getIterationCount()).isZero();
    assertThat(Nd4j.max(theirs.getUpdater().getStateViewArray()).getDouble(0)).isZero();

    MultiLayerNetwork ours = Freezing.freeze(original, LayerSelector.at(0));
    assertThat(ours.getIterationCount()).isEqualTo(30);
    assertThat(Trained.updaterState(Freezing.unfreeze(ours)))
        .isEqualTo(Trained.updaterState(original));
  }

  @Test
  void belowAFrozenLayerNothingLearns() {
    DataSet data = Trained.DENSE.data();
    MultiLayerNetwork theirs = net(FrozenLayer::new);
    // with regularization it would decay, which looks as if it learned
    theirs.setLearningRate(0.01);
    ((DenseLayer) theirs.getLayer(0).conf().getLayer()).setRegularization(null);
    Map<String, double[]> before = parameters(theirs);
    fit(theirs, data, 5);
    assertThat(moved(before, parameters(theirs))).containsExactly("2");

    MultiLayerNetwork ours = Freezing.freeze(net(UnaryOperator.identity()), LayerSelector.at(1));
    before = parameters(ours);
    fit(ours, data, 5);
    assertThat(moved(before, parameters(ours))).containsExactly("0", "2");
  }

  private static ComputationGraph graph(UnaryOperator<Layer> second) {
    ComputationGraph graph =
        new ComputationGraph(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", dense(), "in")
                .addLayer("second", second.apply(dense()), "first")
                .addLayer("beside", dense(), "in")
                .addVertex("both", new MergeVertex(), "second", "beside")
                .addLayer("out", output(), "both")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(7))
                .build());
    graph.init();
    return graph;
  }

  @Test
  void aGraphFailsAboveWhatLearns() {
    DataSet data = Trained.DENSE.data();
    ComputationGraph theirs = graph(FrozenLayer::new);
    assertThatThrownBy(() -> fit(theirs, data, 1)).hasMessageContaining("epsilons not set");

    ComputationGraph ours =
        Freezing.freeze(graph(UnaryOperator.identity()), LayerSelector.named("second"));
    Map<String, double[]> before = parameters(ours);
    fit(ours, data, 5);
    assertThat(moved(before, parameters(ours))).containsExactly("beside", "first", "out");
  }

  @Test
  void frozenWithBackpropMovesByRegularization() {
    DataSet data = Trained.DENSE.data();
    MultiLayerNetwork theirs = net(FrozenLayerWithBackprop::new);
    Map<String, double[]> before = parameters(theirs);
    fit(theirs, data, 5);
    assertThat(moved(before, parameters(theirs))).contains("1");

    MultiLayerNetwork ours = Freezing.freeze(theirs, LayerSelector.none());
    before = parameters(ours);
    fit(ours, data, 5);
    assertThat(moved(before, parameters(ours))).containsExactly("0", "2");
  }

  @Test
  void frozenBatchNormalizationFails() {
    DataSet data = Trained.DENSE.data();
    var conf =
        builder()
            .list()
            .layer(dense())
            .layer(new FrozenLayerWithBackprop(new BatchNormalization()))
            .layer(output())
            .setInputType(InputType.feedForward(7))
            .build();
    MultiLayerNetwork theirs = new MultiLayerNetwork(conf);
    theirs.init();
    assertThatThrownBy(() -> fit(theirs, data, 2)).isInstanceOf(RuntimeException.class);

    MultiLayerNetwork ours = Freezing.freeze(theirs, LayerSelector.none());
    Map<String, double[]> before = parameters(ours);
    fit(ours, data, 5);
    assertThat(moved(before, parameters(ours))).containsExactly("0", "2");
  }

  @Test
  void theHelperThawsBehindOnesBack() {
    DataSet data = Trained.DENSE.data();
    MultiLayerNetwork net = trained();
    new TransferLearningHelper(net, 0);
    MultiLayerNetwork ours = Freezing.freeze(net, LayerSelector.none());
    Map<String, double[]> before = parameters(net);
    fit(net, data, 5);
    assertThat(moved(before, parameters(net))).as("meant to be frozen").contains("0");

    before = parameters(ours);
    fit(ours, data, 5);
    assertThat(moved(before, parameters(ours))).containsExactly("1", "2");
  }

  @Test
  void constraintsOfAFrozenLayerAreLostInAFile() {
    MultiLayerNetwork plain = net(unused -> constrained());
    MultiLayerNetwork theirs = frozenByDl4j(plain, 1);
    assertThat(constraintsWithin(theirs)).hasSize(1);
    assertThat(constraintsWithin((MultiLayerNetwork) restored(theirs))).isNull();

    MultiLayerNetwork fresh = Freezing.freeze(plain, LayerSelector.upTo(1));
    assertThat(constraintsWithin((MultiLayerNetwork) restored(fresh))).hasSize(1);
    fit(plain, Trained.DENSE.data(), 1);
    MultiLayerNetwork withState = Freezing.freeze(plain, LayerSelector.upTo(1));
    assertThat(constraintsWithin((MultiLayerNetwork) restored(withState))).hasSize(1);
  }

  private static Layer constrained() {
    return new DenseLayer.Builder().nOut(5).constrainWeights(new MaxNormConstraint(1, 0)).build();
  }

  private static List<?> constraintsWithin(MultiLayerNetwork net) {
    return Network.of(net).nodes().get(1).layer().orElseThrow().getConstraints();
  }

  @Test
  void dropoutIsOnInAFrozenLayerWhenTimeIsTruncated() {
    MultiLayerNetwork theirs = stretched(FrozenLayer::new);
    MultiLayerNetwork ours = Freezing.freeze(theirs, LayerSelector.none());
    Nd4j.getRandom().setSeed(3);
    DataSet data =
        new DataSet(Nd4j.rand(DataType.DOUBLE, 4, 3, 6), Nd4j.rand(DataType.DOUBLE, 4, 2, 6));

    assertThat(headAfterStep(theirs, data, 1)).isNotEqualTo(headAfterStep(theirs, data, 2));
    assertThat(headAfterStep(ours, data, 1)).isEqualTo(headAfterStep(ours, data, 2));
  }

  private static double[] headAfterStep(MultiLayerNetwork net, DataSet data, long seed) {
    MultiLayerNetwork copy = (MultiLayerNetwork) restored(net);
    Nd4j.getRandom().setSeed(seed);
    copy.fit(data);
    return numbers(copy.getLayer(1).params());
  }

  private static RnnOutputLayer head() {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork stretched(UnaryOperator<Layer> wrap) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            builder()
                .list()
                .layer(wrap.apply(new LSTM.Builder().nIn(3).nOut(4).dropOut(0.5).build()))
                .layer(head())
                .setInputType(InputType.recurrent(3))
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(3)
                .build());
    net.init();
    return net;
  }

  @Test
  void aFrozenRecurrentLayerOfAGraphIsNeverCleared() {
    INDArray step = Nd4j.rand(DataType.DOUBLE, 1, 3, 1);
    ComputationGraph theirs = sequences(FrozenLayer::new);
    double[] first = numbers(theirs.rnnTimeStep(step)[0]);
    theirs.rnnClearPreviousState();
    assertThat(numbers(theirs.rnnTimeStep(step)[0])).isNotEqualTo(first);

    ComputationGraph ours = Freezing.freeze(theirs, LayerSelector.none());
    first = numbers(ours.rnnTimeStep(step)[0]);
    ours.rnnClearPreviousState();
    assertThat(numbers(ours.rnnTimeStep(step)[0])).isEqualTo(first);
  }

  private static ComputationGraph sequences(UnaryOperator<Layer> wrap) {
    ComputationGraph graph =
        new ComputationGraph(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("lstm", wrap.apply(new LSTM.Builder().nIn(3).nOut(4).build()), "in")
                .addLayer("out", head(), "lstm")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(3))
                .build());
    graph.init();
    return graph;
  }

  @Test
  void aGraphGivesAFrozenOutputTheScoreZero() {
    DataSet data = Trained.DENSE.data();
    ComputationGraph plain = graph(UnaryOperator.identity());
    ComputationGraph theirs =
        new ComputationGraph(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("out", new FrozenLayerWithBackprop(output()), "in")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(7))
                .build());
    theirs.init();
    assertThat(theirs.score(data)).isZero();

    ComputationGraph ours = Freezing.freeze(theirs, LayerSelector.none());
    assertThat(ours.score(data)).isGreaterThan(0.5);
    ComputationGraph frozenOut = Freezing.freeze(plain, LayerSelector.all());
    ComputationGraph thawed = Freezing.unfreeze(frozenOut);
    double regularization = thawed.calcRegularizationScore(true);
    assertThat(frozenOut.score(data))
        .isCloseTo(
            plain.score(data) - regularization, org.assertj.core.api.Assertions.within(1e-12));
  }

  /** Of these layers DL4J counts the parameters in a way of its own, which a wrapper misses. */
  @Test
  void layersThatPretrainCannotBeFrozen() {
    DataSet data = Trained.DENSE.data();
    Layer autoEncoder = new AutoEncoder.Builder().nOut(5).build();
    Layer variational =
        new VariationalAutoencoder.Builder()
            .nOut(5)
            .encoderLayerSizes(6)
            .decoderLayerSizes(6)
            .build();
    for (Layer layer : List.of(autoEncoder, variational)) {
      assertThatThrownBy(() -> net(unused -> new FrozenLayer(layer.clone())))
          .hasMessageEndingWith("got length 30");
      assertThatThrownBy(() -> net(unused -> new FrozenLayerWithBackprop(layer.clone())))
          .hasMessageEndingWith("got length 30");
      MultiLayerNetwork frozen = frozenByDl4j(net(unused -> layer.clone()), 1);
      assertThatThrownBy(() -> fit(frozen, data, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Indices are out of range");

      MultiLayerNetwork ours = Freezing.freeze(net(unused -> layer.clone()), LayerSelector.at(1));
      Map<String, double[]> before = parameters(ours);
      fit(ours, data, 5);
      assertThat(moved(before, parameters(ours))).containsExactly("0", "2");
    }
  }

  @Test
  void anOutputWithCentersCannotBeFrozen() {
    CenterLossOutputLayer centers =
        new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
            .nIn(5)
            .nOut(Trained.CLASSES)
            .activation(Activation.SOFTMAX)
            .build();
    for (Layer wrapped :
        List.of(new FrozenLayer(centers.clone()), new FrozenLayerWithBackprop(centers.clone()))) {
      assertThatThrownBy(() -> under(wrapped))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Indices are out of range");
    }

    MultiLayerNetwork ours = Freezing.freeze(under(centers), LayerSelector.at(1));
    Map<String, double[]> before = parameters(ours);
    fit(ours, Trained.DENSE.data(), 5);
    assertThat(moved(before, parameters(ours))).containsExactly("0");
  }

  private static MultiLayerNetwork under(Layer output) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            builder()
                .list()
                .layer(dense())
                .layer(output)
                .setInputType(InputType.feedForward(7))
                .build());
    net.init();
    return net;
  }
}
