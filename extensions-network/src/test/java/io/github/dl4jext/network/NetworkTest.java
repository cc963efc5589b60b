package io.github.dl4jext.network;

import static io.github.dl4jext.network.TestNetworks.batch;
import static io.github.dl4jext.network.TestNetworks.batches;
import static io.github.dl4jext.network.TestNetworks.masked;
import static io.github.dl4jext.network.TestNetworks.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearningHelper;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

class NetworkTest {

  static Stream<Arguments> zoo() {
    return Stream.of(DataType.FLOAT, DataType.DOUBLE)
        .flatMap(
            type ->
                TestNetworks.zoo(type).entrySet().stream()
                    .map(entry -> Arguments.of(entry.getKey() + " " + type, entry.getValue())));
  }

  @Test
  void refusesWhatIsNoNetwork() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.of(null))
        .withMessage("the network must be a MultiLayerNetwork or a ComputationGraph, was null");
    Model layer = TestNetworks.stack(DataType.FLOAT).getLayer(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.of(layer))
        .withMessage(
            "the network must be a MultiLayerNetwork or a ComputationGraph, was a "
                + layer.getClass().getName());
    assertThat(Network.find(layer)).isEmpty();
    assertThat(Network.find(null)).isEmpty();
  }

  @Test
  void refusesNetworksThatAreNotInitialised() {
    Model stack =
        new MultiLayerNetwork(TestNetworks.stack(DataType.FLOAT).getLayerWiseConfigurations());
    Model graph = new ComputationGraph(TestNetworks.graph(DataType.FLOAT).getConfiguration());
    for (Model model : List.of(stack, graph)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Network.of(model))
          .withMessage("the network is not initialised; call init() first");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void placesEachParameterWhereItIs(String name, Model model) {
    Network network = Network.of(model);
    List<ParameterSlot> slots = network.slots();
    long end = 0;
    for (ParameterSlot slot : slots) {
      assertThat(slot.from()).isEqualTo(end);
      end = slot.to();
      // a view of the same memory: what is written to one is read from the other
      slot.in(network.parameters()).assign(slot.from() + 1);
      assertThat(slot.value().minNumber().doubleValue()).isEqualTo(slot.from() + 1.0);
      assertThat(slot.value().maxNumber().doubleValue()).isEqualTo(slot.from() + 1.0);
    }
    assertThat(end).isEqualTo(network.parameters().length());
    assertThat(slots)
        .extracting(ParameterSlot::key)
        .containsExactlyInAnyOrderElementsOf(keys(model));
    assertThat(slots).extracting(ParameterSlot::name).doesNotHaveDuplicates();
  }

  private static Set<String> keys(Model model) {
    return model.paramTable().keySet();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void placesEachGradientWhereItIs(String name, Model model) {
    TestNetworks.train(model, 1);
    Network network = Network.of(model);
    Map<String, INDArray> table = model.gradient().gradientForVariable();
    for (ParameterSlot slot : network.slots()) {
      if (slot.learns()) {
        assertThat(slot.in(network.gradients()).sumNumber().doubleValue())
            .as(slot.key())
            .isEqualTo(
                table.get(slot.key()).dup(slot.value().ordering()).sumNumber().doubleValue(),
                org.assertj.core.api.Assertions.within(1e-6));
      }
    }
    assertThat(network.slots()).anyMatch(ParameterSlot::learns);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void countsLayersAsTheNetworkDoes(String name, Model model) {
    List<LiveNode> nodes = Network.of(model).nodes();
    for (LiveNode node : nodes) {
      if (node.isLayer()) {
        assertThat(node.outerLayer()).containsSame(layer(model, node.index()));
      }
    }
    assertThat(nodes.stream().map(Node::index).sorted())
        .containsExactlyElementsOf(
            java.util.stream.IntStream.range(0, nodes.size()).boxed().toList());
    assertThat(nodes).extracting(Node::name).doesNotHaveDuplicates();
  }

  private static org.deeplearning4j.nn.api.Layer layer(Model model, int index) {
    return model instanceof MultiLayerNetwork stack
        ? stack.getLayer(index)
        : ((ComputationGraph) model).getLayer(index);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void namesNodesAlikeInAConfigurationAndInTheNetwork(String name, Model model) {
    NetworkConfiguration fresh =
        model instanceof MultiLayerNetwork stack
            ? NetworkConfiguration.of(
                org.deeplearning4j.nn.conf.MultiLayerConfiguration.fromJson(
                    stack.getLayerWiseConfigurations().toJson()))
            : NetworkConfiguration.of(withoutOrder((ComputationGraph) model));
    List<LiveNode> live = Network.of(model).nodes();
    List<Node> described = fresh.nodes();
    assertThat(described).extracting(Node::toString).isEqualTo(strings(live));
    assertThat(described)
        .extracting(Node::countsAsLayer)
        .isEqualTo(live.stream().map(Node::countsAsLayer).toList());
    assertThat(described)
        .extracting(Node::isFrozen)
        .isEqualTo(live.stream().map(Node::isFrozen).toList());
    assertThat(described)
        .extracting(Node::consumers)
        .isEqualTo(live.stream().map(Node::consumers).toList());
  }

  private static List<String> strings(List<? extends Node> nodes) {
    return nodes.stream().map(Node::toString).toList();
  }

  private static org.deeplearning4j.nn.conf.ComputationGraphConfiguration withoutOrder(
      ComputationGraph graph) {
    var configuration =
        org.deeplearning4j.nn.conf.ComputationGraphConfiguration.fromJson(
            graph.getConfiguration().toJson());
    configuration.setTopologicalOrder(null);
    configuration.setTopologicalOrderStr(null);
    return configuration;
  }

  @Test
  void leavesAConfigurationAsItWas() {
    var configuration = withoutOrder(TestNetworks.graph(DataType.FLOAT));
    NetworkConfiguration.of(configuration).nodes();
    assertThat(configuration.getTopologicalOrder()).isNull();
    assertThat(configuration.getTopologicalOrderStr()).isNull();
  }

  @Test
  void describesTheNodesOfAGraph() {
    Network network = Network.of(TestNetworks.graph(DataType.FLOAT));
    List<String> names = network.nodes().stream().map(Node::name).toList();
    assertThat(names).containsExactlyInAnyOrder("a", "b", "norm", "both", "sum", "out", "side");
    for (LiveNode node : network.nodes()) {
      for (String input : node.inputs()) {
        assertThat(names.indexOf(input)).isLessThan(names.indexOf(node.name()));
      }
    }
    LiveNode norm = network.node("norm");
    assertThat(norm.consumers()).containsExactlyInAnyOrder("both", "sum");
    assertThat(norm.inputs()).containsExactly("a");
    assertThat(norm.parameterCount()).isEqualTo(16);
    assertThat(norm.learns()).isTrue();
    assertThat(norm.type()).isEqualTo("BatchNormalization");
    LiveNode merge = network.node("both");
    assertThat(merge.isLayer()).isFalse();
    assertThat(merge.countsAsLayer()).isFalse();
    assertThat(merge.inputs()).containsExactly("norm", "b");
    assertThat(merge.type()).isEqualTo("MergeVertex");
    assertThat(merge.index()).isEqualTo(5);
    assertThat(network.node("a").networkInputs()).containsExactly("left");
    assertThat(network.node("out").isOutput()).isTrue();
    assertThat(network.node("a").isOutput()).isFalse();
    assertThat(network.configuration().inputs()).containsExactly("left", "right");
    assertThat(network.configuration().outputs()).containsExactly("out", "side");
  }

  @Test
  void givesLayersWithoutANameTheirIndex() {
    assertThat(Network.of(TestNetworks.unnamed(DataType.FLOAT)).nodes())
        .extracting(Node::name)
        .containsExactly("0", "1", "2");
  }

  @Test
  void keepsTheNameOfALayerThatIsFrozenByHand() {
    MultiLayerNetwork net =
        TestNetworks.start(
            TestNetworks.base(DataType.FLOAT)
                .list()
                .layer(
                    new org.deeplearning4j.nn.conf.layers.misc.FrozenLayer(
                        TestNetworks.dense(5, 4).build()))
                .layer(
                    new org.deeplearning4j.nn.conf.layers.misc.FrozenLayer(
                        TestNetworks.dense(4, 4).build()))
                .layer(TestNetworks.output(4).build())
                .build());
    List<String> names = List.of("layer0", "layer1", "layer2");
    assertThat(Network.of(net).nodes()).extracting(Node::name).isEqualTo(names);
    Model thawed = NetworkCopy.from(net).unfreezing(LayerSelector.all()).build();
    assertThat(Network.of(thawed).nodes()).extracting(Node::name).isEqualTo(names);
  }

  @Test
  void tellsLayersOfOneNameApart() {
    MultiLayerNetwork net = TestNetworks.unnamed(DataType.FLOAT);
    net.getLayerWiseConfigurations().getConf(0).getLayer().setLayerName("dense");
    net.getLayerWiseConfigurations().getConf(1).getLayer().setLayerName("dense");
    assertThat(Network.of(net).nodes())
        .extracting(Node::name)
        .containsExactly("dense[0]", "dense[1]", "2");
  }

  @Test
  void seesWhatIsFrozen() {
    assertThat(Network.of(TestNetworks.frozenStack(DataType.FLOAT)).frozen())
        .containsExactly("layer0", "layer1", "layer2");
    assertThat(Network.of(TestNetworks.frozenGraph(DataType.FLOAT)).frozen())
        .containsExactly("a", "b");
    MultiLayerNetwork live = TestNetworks.stack(DataType.FLOAT);
    live.getLayers()[0] = new FrozenLayer(live.getLayer(0));
    assertThat(Network.of(live).frozen()).containsExactly("first");
    assertThat(Network.of(live).configuration().nodes().get(0).isFrozen()).isFalse();
    ComputationGraph graph = TestNetworks.graph(DataType.FLOAT);
    graph.getVertex("a").setLayerAsFrozen();
    assertThat(Network.of(graph).frozen()).containsExactly("a");
    ComputationGraph helped = TestNetworks.graph(DataType.FLOAT);
    new TransferLearningHelper(helped, "a", "b");
    assertThat(Network.of(helped).frozen()).containsExactlyInAnyOrder("a", "b");
    MultiLayerNetwork helpedStack = TestNetworks.stack(DataType.FLOAT);
    new TransferLearningHelper(helpedStack, 1);
    assertThat(Network.of(helpedStack).frozen()).containsExactly("first", "norm");
    assertThat(Network.of(graph).slots())
        .filteredOn(slot -> slot.node().name().equals("a"))
        .hasSize(2)
        .noneMatch(ParameterSlot::learns);
  }

  @Test
  void findsWhatWrappedLayersLearnBy() {
    LiveNode both = Network.of(TestNetworks.sequences(DataType.FLOAT)).nodes().get(0);
    assertThat(both.layer()).containsInstanceOf(Bidirectional.class);
    assertThat(both.learners()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(both.wrappers()).isNotEmpty().allMatch(Bidirectional.class::isInstance);
    assertThat(both.parameters()).containsKeys("fW", "bW");
    LiveNode attention = Network.of(TestNetworks.attention(DataType.FLOAT)).node("attention");
    assertThat(attention.isLayer()).isFalse();
    assertThat(attention.countsAsLayer()).isTrue();
    assertThat(attention.learns()).isTrue();
    assertThat(attention.updaters()).isNotEmpty();
  }

  @Test
  void tellsStatisticsFromGradients() {
    assertThat(Network.of(TestNetworks.stack(DataType.FLOAT)).slots())
        .filteredOn(slot -> !slot.hasGradient())
        .extracting(slot -> slot.name().toString())
        .containsExactly("norm.mean", "norm.log10stdev");
  }

  /** Tells which events it was told of. */
  private static final class Events extends BaseTrainingListener {
    private final List<String> seen = new ArrayList<>();

    @Override
    public void onEpochStart(Model model) {
      seen.add("start " + Network.of(model).progress().epochs());
    }

    @Override
    public void onEpochEnd(Model model) {
      seen.add("end " + Network.of(model).progress().epochs());
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      seen.add("step " + iteration + " " + epoch);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void trainsAnEpochAsTheNetworkDoes(DataType type) {
    for (Model model :
        List.of(
            TestNetworks.sequences(type),
            TestNetworks.lastStep(type),
            TestNetworks.attention(type))) {
      Model own = NetworkCopy.from(model).build();
      Events events = new Events();
      Network.of(own).setListeners(List.of(events));
      List<DataSet> data = batches(model, 3).stream().map(TestNetworks::masked).toList();
      fitByItself(model, data);
      fitByItself(model, data);
      Network.of(own).fitEpoch(new ExistingDataSetIterator(data));
      Network.of(own).fitEpoch(new ExistingDataSetIterator(data));
      assertThat(numbers(own.params())).isEqualTo(numbers(model.params()));
      assertThat(Network.of(own).progress()).isEqualTo(Network.of(model).progress());
      assertThat(Network.of(own).progress()).isEqualTo(new TrainingProgress(6, 2));
      assertThat(own.score()).isEqualTo(model.score());
      assertThat(events.seen)
          .containsExactly(
              "start 0",
              "step 0 0",
              "step 1 0",
              "step 2 0",
              "end 0",
              "start 1",
              "step 3 1",
              "step 4 1",
              "step 5 1",
              "end 1");
    }
  }

  private static void fitByItself(Model model, List<DataSet> data) {
    if (model instanceof MultiLayerNetwork stack) {
      stack.fit(new ExistingDataSetIterator(data));
    } else {
      ((ComputationGraph) model).fit(new ExistingDataSetIterator(data));
    }
  }

  @Test
  void trainsAnEpochOfMultiDataSetsWithMasks() {
    for (Model model :
        List.of(TestNetworks.sequences(DataType.DOUBLE), TestNetworks.attention(DataType.DOUBLE))) {
      Model other = NetworkCopy.from(model).build();
      List<DataSet> data = batches(model, 3).stream().map(TestNetworks::masked).toList();
      Network.of(model).fitEpoch(new ExistingDataSetIterator(data));
      Iterator<org.nd4j.linalg.dataset.api.MultiDataSet> multi =
          data.stream().map(DataSet::toMultiDataSet).iterator();
      Network.of(other).fitEpoch(new IteratorMultiDataSetIterator(multi, 8));
      assertThat(numbers(other.params())).isEqualTo(numbers(model.params()));
      assertThat(Network.of(other).progress()).isEqualTo(new TrainingProgress(3, 1));
    }
  }

  @Test
  void computesAsTheNetworkDoesWithMasks() {
    for (Model model :
        List.of(
            TestNetworks.lastStep(DataType.DOUBLE),
            TestNetworks.pooled(DataType.DOUBLE),
            TestNetworks.attention(DataType.DOUBLE))) {
      Network network = Network.of(model);
      DataSet batch = masked(batches(model, 1).get(0));
      INDArray[] inputs = {batch.getFeatures()};
      INDArray[] masks = {batch.getFeaturesMaskArray()};

      INDArray before = network.output(false, inputs, null)[0];
      INDArray expected =
          model instanceof MultiLayerNetwork stack
              ? stack.output(batch.getFeatures(), false, masks[0], null)
              : ((ComputationGraph) model).output(false, inputs, masks)[0];
      assertThat(numbers(network.output(false, inputs, masks)[0])).isEqualTo(numbers(expected));
      INDArray plain = network.output(false, inputs, null)[0];
      assertThat(numbers(plain)).isEqualTo(numbers(before));
      assertThat(numbers(plain)).isNotEqualTo(numbers(expected));

      Map<String, INDArray> values = network.activations(false, inputs, masks, null);
      assertThat(values.keySet())
          .containsExactlyElementsOf(network.nodes().stream().map(Node::name).toList());
      String output = network.configuration().outputs().get(0);
      assertThat(numbers(values.get(output))).isEqualTo(numbers(expected));
      double score = network.score(batch, false);
      assertThat(network.score(batch.toMultiDataSet(), false)).isEqualTo(score);
      assertThat(network.score(new DataSet(inputs[0], batch.getLabels()), false))
          .isNotEqualTo(score);
    }
  }

  @Test
  void computesWithVerticesThatTakeNoMasks() {
    ComputationGraph graph =
        TestNetworks.start(
            TestNetworks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addVertex("scale", new ScaleVertex(), "in")
                .addLayer("out", TestNetworks.output(5).build(), "scale")
                .setOutputs("out")
                .build());
    INDArray[] inputs = batch(graph, 1).getFeatures();
    Network network = Network.of(graph);
    assertThat(numbers(network.output(false, inputs, null)[0]))
        .isEqualTo(numbers(graph.output(inputs)[0]));
    assertThat(network.node("scale").learns()).isTrue();
  }

  @Test
  void evaluatesBothKindsOfData() {
    Model stack = TestNetworks.stack(DataType.FLOAT);
    Model graph = TestNetworks.frozenGraph(DataType.FLOAT);
    for (Model model : List.of(stack, graph)) {
      List<DataSet> data = batches(model, 2);
      Evaluation one =
          Network.of(model).evaluate(new ExistingDataSetIterator(data), new Evaluation());
      Iterator<org.nd4j.linalg.dataset.api.MultiDataSet> multi =
          data.stream().map(DataSet::toMultiDataSet).iterator();
      Evaluation other =
          Network.of(model).evaluate(new IteratorMultiDataSetIterator(multi, 8), new Evaluation());
      assertThat(one.getNumRowCounter()).isEqualTo(16);
      assertThat(other.accuracy()).isEqualTo(one.accuracy());
    }
  }

  @Test
  void setsItsOwnListeners() {
    for (Model model :
        List.of(TestNetworks.stack(DataType.FLOAT), TestNetworks.graph(DataType.FLOAT))) {
      Network network = Network.of(model);
      Events events = new Events();
      network.setListeners(List.of(events));
      network.setListeners(network.listeners());
      assertThat(network.listeners()).containsExactly(events);
      network.fit(batch(model, 1));
      assertThat(events.seen).containsExactly("step 0 0");
      network.setListeners(List.of());
      assertThat(network.listeners()).isEmpty();
    }
  }

  @Test
  void stackLosesListenersThatAreSetAsTheyAre() {
    MultiLayerNetwork net = TestNetworks.stack(DataType.FLOAT);
    net.setListeners(new Events());
    net.setListeners(net.getListeners());
    assertThat(net.getListeners()).as("DL4J is mended: simplify setListeners").isEmpty();
  }

  @Test
  void setsCounters() {
    for (Model model :
        List.of(TestNetworks.stack(DataType.FLOAT), TestNetworks.graph(DataType.FLOAT))) {
      Network network = Network.of(model);
      network.setProgress(new TrainingProgress(7, 2));
      network.fit(batch(model, 1));
      assertThat(network.progress()).isEqualTo(new TrainingProgress(8, 2));
      network.setScore(3);
      assertThat(network.score()).isEqualTo(3);
      assertThat(network.sumsGradients()).isTrue();
      assertThat(network.gradientDivisor()).isEqualTo(8);
    }
  }

  @Test
  void leavesAStepAsFitDoes() {
    MultiLayerNetwork net = TestNetworks.stack(DataType.FLOAT);
    MultiDataSet batch = batch(net, 1);
    net.setInput(batch.getFeatures(0));
    net.feedForward(true, false);
    assertThat(net.getLayer(1).input()).isNotNull();
    Network.of(net).leaveStep();
    assertThat(net.getLayer(1).input()).isNull();
  }

  @Test
  void refusesSeveralInputsForAStack() {
    Network network = Network.of(TestNetworks.stack(DataType.FLOAT));
    INDArray[] two = batch(TestNetworks.graph(DataType.FLOAT), 1).getFeatures();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.output(false, two, null))
        .withMessage("a MultiLayerNetwork takes 1 array of inputs and 1 of labels, was 2");
  }

  @Test
  void replacesLayersOfAConfiguration() {
    var stack = TestNetworks.stack(DataType.FLOAT).getLayerWiseConfigurations();
    NetworkConfiguration view = NetworkConfiguration.of(stack);
    OutputLayer other = TestNetworks.output(4).name("other").build();
    view.replaceLayer(view.nodes().get(3), other);
    assertThat(stack.getConf(3).getLayer()).isSameAs(other);
    var graph = TestNetworks.graph(DataType.FLOAT).getConfiguration();
    NetworkConfiguration vertices = NetworkConfiguration.of(graph);
    Node out = LayerSelector.named("out").in(vertices.nodes()).get(0);
    vertices.replaceLayer(out, other);
    assertThat(LayerSelector.named("out").in(vertices.nodes()).get(0).layer()).containsSame(other);
    assertThat(Arrays.asList(out.isOutput(), view.nodes().get(3).isOutput())).containsOnly(true);
  }

  /** In the event in which both types have their labels, the batch is the one that was given. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void theMinibatchIsThatOfTheStep(String name, Model model) {
    MultiDataSet given = batch(model, 4);
    List<double[]> seen = new ArrayList<>();
    model.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onBackwardPass(Model network) {
            org.nd4j.linalg.dataset.api.MultiDataSet now =
                Network.of(network).minibatch().orElseThrow();
            Arrays.stream(now.getFeatures()).forEach(array -> seen.add(numbers(array)));
            Arrays.stream(now.getLabels()).forEach(array -> seen.add(numbers(array)));
          }
        });
    Network.of(model).fit(given);
    List<double[]> wanted = new ArrayList<>();
    Arrays.stream(given.getFeatures()).forEach(array -> wanted.add(numbers(array)));
    Arrays.stream(given.getLabels()).forEach(array -> wanted.add(numbers(array)));
    assertThat(seen).containsExactlyElementsOf(wanted);
  }

  /** DL4J has the mask of a sequence's labels as a column, step by step. */
  @Test
  void theMaskOfLabelsIsThatOfTheStep() {
    Model model = TestNetworks.sequences(DataType.DOUBLE);
    DataSet given = masked(batches(model, 1).get(0));
    List<double[]> seen = new ArrayList<>();
    model.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onBackwardPass(Model network) {
            seen.add(numbers(Network.of(network).minibatch().orElseThrow().getLabelsMaskArray(0)));
          }
        });
    Network.of(model).fit(given);
    assertThat(seen).containsExactly(numbers(given.getLabelsMaskArray()));
  }

  /** Batch normalization has four numbers for each unit, of which two are learnt. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void whatIsTrainableIsWhatAStepMoves(String name, Model model) {
    Network network = Network.of(model);
    long statistics =
        network.nodes().stream()
            .filter(
                node -> node.liveLayer().filter(BatchNormalization.class::isInstance).isPresent())
            .filter(node -> !node.isFrozen())
            .mapToLong(node -> node.parameterCount() / 2)
            .sum();
    long frozen =
        network.nodes().stream()
            .filter(LiveNode::isFrozen)
            .mapToLong(LiveNode::parameterCount)
            .sum();
    assertThat(network.trainableCount()).isEqualTo(model.params().length() - statistics - frozen);
    assertThat(network.nodes()).allMatch(node -> node.learns() || node.trainableCount() == 0);
  }
}
