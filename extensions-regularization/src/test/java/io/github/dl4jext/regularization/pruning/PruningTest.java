package io.github.dl4jext.regularization.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.regularization.GoldenFile;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.JsonNode;

class PruningTest {

  private static final JsonNode GOLDEN = GoldenFile.read("pruning");

  /** In PyTorch's layout, [out, in, ...]. */
  private static double[] numbers(String key) {
    return numbers(GOLDEN.get(key)).toArray();
  }

  private static DoubleStream numbers(JsonNode node) {
    return node.isArray()
        ? Stream.iterate(0, i -> i < node.size(), i -> i + 1)
            .flatMapToDouble(i -> numbers(node.get(i)))
        : DoubleStream.of(node.asDouble());
  }

  /** Two dense layers of the weights of the file, and an output that is not pruned. */
  private static MultiLayerNetwork dense(DataType type) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(type)
                .list()
                .layer(new DenseLayer.Builder().name("first").nIn(5).nOut(7).biasInit(1).build())
                .layer(new DenseLayer.Builder().name("second").nIn(7).nOut(4).build())
                .layer(new OutputLayer.Builder().name("out").nIn(4).nOut(2).build())
                .build());
    net.init();
    put(net.getParam("0_W"), "dense", 7, 5);
    put(net.getParam("1_W"), "second", 4, 7);
    return net;
  }

  private static void put(INDArray weights, String key, int out, int in) {
    weights.assign(
        Nd4j.createFromArray(numbers(key))
            .reshape('c', out, in)
            .transpose()
            .castTo(weights.dataType()));
  }

  private static double[] kept(INDArray weights) {
    INDArray asTorch = weights.rank() == 2 && weights.size(0) > 1 ? weights.transpose() : weights;
    return Arrays.stream(PruningMask.numbers(asTorch)).map(w -> w == 0 ? 0 : 1).toArray();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void masksAreThoseOfPyTorch(DataType type) {
    LayerSelector both = LayerSelector.named("first", "second");
    for (int amount : new int[] {30, 50, 90}) {
      MultiLayerNetwork each = dense(type);
      Pruning.prune(each, both, PruningMethod.L1_UNSTRUCTURED, amount / 100.0);
      assertThat(kept(each.getParam("0_W"))).isEqualTo(numbers("l1_unstructured_" + amount));
      MultiLayerNetwork all = dense(type);
      Pruning.prune(all, both, PruningMethod.GLOBAL_L1_UNSTRUCTURED, amount / 100.0);
      assertThat(kept(all.getParam("0_W"))).isEqualTo(numbers("global_first_" + amount));
      assertThat(kept(all.getParam("1_W"))).isEqualTo(numbers("global_second_" + amount));
    }
    assertUnits(type, PruningMethod.L1_STRUCTURED, "l1");
    assertUnits(type, PruningMethod.L2_STRUCTURED, "l2");
  }

  private static void assertUnits(DataType type, PruningMethod method, String norm) {
    MultiLayerNetwork net = dense(type);
    Pruning.prune(net, LayerSelector.named("first"), method, 0.4);
    double[] expected = numbers(norm + "_units");
    assertThat(kept(net.getParam("0_W"))).isEqualTo(expected);
    assertThat(kept(net.getParam("0_b")))
        .as("the bias of a unit goes with it")
        .isEqualTo(
            Stream.iterate(0, i -> i < 7, i -> i + 1).mapToDouble(i -> expected[5 * i]).toArray());
    MultiLayerNetwork images = convolution(type);
    images
        .getParam("0_W")
        .assign(Nd4j.createFromArray(numbers("filters")).reshape('c', 6, 3, 2, 2).castTo(type));
    Pruning.prune(images, LayerSelector.at(0), method, 0.5);
    double[] filters = numbers(norm + "_filters");
    assertThat(kept(images.getParam("0_W"))).isEqualTo(filters);
    for (String shift : List.of("0_b", "1_gamma", "1_beta")) {
      double[] values = PruningMask.numbers(images.getParam(shift));
      for (int i = 0; i < 6; i++) {
        assertThat(values[i]).as(shift).isEqualTo(filters[12 * i]);
      }
    }
  }

  private static MultiLayerNetwork convolution(DataType type) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(type)
                .updater(new Nesterovs(0.1, 0.9))
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(6).biasInit(1).build())
                .layer(new BatchNormalization.Builder().beta(1).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(2).build())
                .setInputType(InputType.convolutional(4, 4, 3))
                .build());
    net.init();
    return net;
  }

  static Stream<Arguments> everyWayToLearn() {
    return Stream.of(
            new Sgd(0.1),
            new Nesterovs(0.1, 0.9),
            new Adam(0.1),
            new AdaMax(0.1),
            new Nadam(0.1),
            new AMSGrad(0.1),
            new AdaGrad(0.1),
            new AdaDelta(),
            new RmsProp(0.1))
        .flatMap(updater -> Arrays.stream(Type.values()).map(type -> Arguments.of(updater, type)));
  }

  /** Momentum that was there before the pruning would move what is pruned. */
  @ParameterizedTest
  @MethodSource("everyWayToLearn")
  void prunedWeightsStayZeroAndAreSavedWithTheNetwork(IUpdater updater, Type type) {
    Model model = Trainings.network(type, Trainings.base(updater));
    Trainings.fit(model, Trainings.batches(0, 3), 1);
    Pruning.prune(model, PruningMethod.L1_UNSTRUCTURED, 0.5);
    double[] before = zeros(model);
    Trainings.fit(model, Trainings.batches(3, 6), 1);
    assertThat(zeros(model)).isEqualTo(before);
    List<Model> others =
        List.of(
            Trainings.saveAndRestore(model),
            NetworkCopy.from(model).build(),
            Network.of(model).byType(MultiLayerNetwork::clone, graph -> restoredClone(graph)));
    for (Model other : others) {
      assertThat(Pruning.isPruned(other)).isTrue();
      Trainings.fit(other, Trainings.batches(6, 9), 2);
    }
    Trainings.fit(model, Trainings.batches(6, 9), 2);
    assertThat(zeros(model)).isEqualTo(before);
    for (Model other : others) {
      assertThat(PruningMask.numbers(other.params()))
          .isEqualTo(PruningMask.numbers(model.params()));
    }
  }

  /** DL4J's own clone of a graph forgets how far training was. */
  private static Model restoredClone(ComputationGraph graph) {
    Model clone = graph.clone();
    Network.of(clone).setProgress(Network.of(graph).progress());
    return clone;
  }

  /** Where a weight is 0; none of these small networks has a zero by chance. */
  private static double[] zeros(Model model) {
    return Network.of(model).slots().stream()
        .filter(slot -> slot.parameter().equals("W"))
        .flatMapToDouble(slot -> Arrays.stream(PruningMask.numbers(slot.value())))
        .map(w -> w == 0 ? 0 : 1)
        .toArray();
  }

  @ParameterizedTest
  @EnumSource
  void countsWhatIsPrunedBefore(PruningMethod method) {
    MultiLayerNetwork net = dense(DataType.DOUBLE);
    LayerSelector first = LayerSelector.named("first");
    Pruning.prune(net, first, method, 0.4);
    double[] less = kept(net.getParam("0_W"));
    Pruning.prune(net, first, method, 0.4);
    assertThat(kept(net.getParam("0_W"))).isEqualTo(less);
    Pruning.prune(net, first, method, 0.1);
    assertThat(kept(net.getParam("0_W"))).as("nothing grows back").isEqualTo(less);
    net.getParam("0_W").addi(5);
    Pruning.prune(net, first, method, 0.8);
    double[] more = kept(net.getParam("0_W"));
    for (int i = 0; i < more.length; i++) {
      assertThat(more[i]).isLessThanOrEqualTo(less[i]);
    }
    assertThat(Arrays.stream(more).sum()).isLessThan(Arrays.stream(less).sum());
  }

  @Test
  void aFilterThatIsPrunedAndItsNormStayZeroInTraining() {
    MultiLayerNetwork net = convolution(DataType.FLOAT);
    var images = Nd4j.rand(4, 3, 4, 4);
    var labels = Nd4j.rand(4, 2);
    net.fit(images, labels);
    Pruning.prune(net, PruningMethod.L2_STRUCTURED, 0.5);
    for (int i = 0; i < 5; i++) {
      net.fit(images, labels);
    }
    INDArray out = net.feedForward(images, false).get(2);
    double[] sums = out.norm1(0, 2, 3).toDoubleVector();
    assertThat(Arrays.stream(sums).filter(sum -> sum == 0)).hasSize(3);
  }

  @Test
  void frozenLayersKeepTheirMasksUntilTheyLearnAgain() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Nesterovs(0.1, 0.9))
                .list()
                .layer(new FrozenLayer(new DenseLayer.Builder().nIn(3).nOut(6).build()))
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(6).nOut(2).build())
                .build());
    net.init();
    Pruning.prune(net, PruningMethod.L1_UNSTRUCTURED, 0.5);
    Model restored = Trainings.saveAndRestore(net);
    Model thawed = NetworkCopy.from(restored).unfreezing(LayerSelector.all()).build();
    double[] before = zeros(net);
    INDArray weights = thawed.getParam("0_W").dup();
    for (int i = 0; i < 3; i++) {
      Trainings.fit(thawed, Trainings.batch(i));
    }
    assertThat(PruningMask.numbers(thawed.getParam("0_W")))
        .isNotEqualTo(PruningMask.numbers(weights));
    assertThat(zeros(thawed)).isEqualTo(before);
  }

  @Test
  void otherConstraintsLeaveTheMasksOnAndRemoveTakesThemOff() {
    MultiLayerNetwork net = dense(DataType.DOUBLE);
    Pruning.prune(net, PruningMethod.L1_UNSTRUCTURED, 0.5);
    Constraints.onWeights(net, new MaxNorm(1));
    Constraints.remove(net);
    assertThat(Pruning.isPruned(net)).isTrue();
    Constraints.onWeights(net, new MaxNorm(1));
    Pruning.remove(net, LayerSelector.named("first"));
    net.params().addi(1);
    net.applyConstraints(0, 0);
    assertThat(Sparsity.of(net).layer("first").zeros()).isZero();
    assertThat(Sparsity.of(net).layer("second").zeros()).isEqualTo(14);
    Pruning.remove(net);
    assertThat(Pruning.isPruned(net)).isFalse();
    assertThat(net.getLayerWiseConfigurations().getConf(0).getLayer().getConstraints())
        .singleElement()
        .isInstanceOf(MaxNorm.class);
  }

  @Test
  void recurrentWeightsArePrunedWhereTheyHaveAPlaceForMasks() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new Bidirectional(new LSTM.Builder().name("both").nIn(3).nOut(4).build()))
                .layer(new LSTM.Builder().name("one").nIn(8).nOut(4).build())
                .layer(new RnnOutputLayer.Builder().name("out").nIn(4).nOut(2).build())
                .build());
    net.init();
    Pruning.prune(net, PruningMethod.L1_UNSTRUCTURED, 0.25);
    assertThat(Sparsity.of(net).layer("one").share()).isEqualTo(0.25);
    assertThatThrownBy(
            () -> Pruning.prune(net, LayerSelector.at(0, 1), PruningMethod.L1_UNSTRUCTURED, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the layers [layer0] have no weights that can be pruned");
    assertThatThrownBy(() -> Pruning.prune(net, PruningMethod.L2_STRUCTURED, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must have layers with units to prune");
  }

  @Test
  void outputsKeepTheirUnitsAndALayerItsLastOne() {
    MultiLayerNetwork net = dense(DataType.FLOAT);
    Pruning.prune(net, PruningMethod.L1_STRUCTURED, 0.99);
    assertThat(Sparsity.of(net).layers())
        .extracting(Sparsity.LayerSparsity::zeros)
        .containsExactly(30L, 21L, 0L);
    assertThatThrownBy(
            () -> Pruning.prune(net, LayerSelector.named("out"), PruningMethod.L1_STRUCTURED, 0.5))
        .hasMessageContaining("the layers [out] have no units that can be pruned, as dense layers");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void refusesAShareOutOfRange(double sparsity) {
    assertThatThrownBy(
            () -> Pruning.prune(dense(DataType.FLOAT), PruningMethod.L1_STRUCTURED, sparsity))
        .hasMessage("pruning: sparsity must be a number in [0, 1), was " + sparsity);
  }

  @Test
  void theReportTellsLayersAndAll() {
    MultiLayerNetwork net = dense(DataType.FLOAT);
    Pruning.prune(net, LayerSelector.named("first"), PruningMethod.L1_UNSTRUCTURED, 0.2);
    assertThat(Sparsity.of(net))
        .hasToString(
            "first: 7 of 35 weights are 0 (20.00 %)\n"
                + "second: 0 of 28 weights are 0 (0.00 %)\n"
                + "out: 0 of 8 weights are 0 (0.00 %)\n"
                + "all: 7 of 71 weights are 0 (9.86 %)");
    assertThatThrownBy(() -> Sparsity.of(net).layer("third"))
        .hasMessageContaining("no layer \"third\" with weights, only [first, second, out]");
  }

  @Test
  void aMaskOfAnotherShapeSaysSo() {
    MultiLayerNetwork net = dense(DataType.FLOAT);
    LiveNode node = Network.of(net).nodes().get(0);
    node.constrain((Layer) node.learners().get(0), List.of(PruningMask.of("W", Nd4j.ones(2, 3))));
    assertThatThrownBy(() -> net.applyConstraints(0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has the shape [2, 3], but layer \"first\" has one of [5, 7]")
        .hasMessageContaining("Pruning.remove(network)");
  }
}
