package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.NodeState;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.ParameterFilter;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class ParameterGroupsTest {

  private static final int STEPS = 100;

  private static OutputLayer linear(int in) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(in)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** Two linear models side by side, of which neither sees the other. */
  private static ComputationGraph pair() {
    ComputationGraph graph =
        new ComputationGraph(
            Trainings.base(new Sgd(0.3))
                .graphBuilder()
                .addInputs("in")
                .addLayer("left", linear(2), "in")
                .addLayer("right", linear(2), "in")
                .setOutputs("left", "right")
                .build());
    graph.init();
    return graph;
  }

  /**
   * Inputs of mean 0, so that the gradient of weights does not depend on the biases, nor theirs.
   */
  private static MultiDataSet centred() {
    INDArray inputs =
        Nd4j.createFromArray(new double[][] {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}, {2, 1}, {-2, -1}});
    INDArray left =
        Nd4j.createFromArray(new double[][] {{3, 1}, {2, 0}, {-1, 4}, {0.5, 1}, {2, 2}, {1, -3}});
    INDArray right = left.mul(-0.5).add(0.25);
    return new MultiDataSet(new INDArray[] {inputs}, new INDArray[] {left, right});
  }

  private static Map<String, double[]> trained(ComputationGraph graph, int steps) {
    for (int i = 0; i < steps; i++) {
      graph.fit(centred());
    }
    return parameters(graph);
  }

  private static Map<String, double[]> parameters(Model model) {
    Map<String, double[]> parameters = new TreeMap<>();
    for (ParameterSlot slot : Network.of(model).slots()) {
      parameters.put(slot.name().toString(), slot.value().dup('c').data().asDouble());
    }
    return parameters;
  }

  private static Map<String, double[]> alone(Optimizer optimizer, int steps) {
    ComputationGraph graph = pair();
    optimizer.configure(graph);
    return trained(graph, steps);
  }

  private static void assertSame(Map<String, double[]> found, String parameter, double[] expected) {
    assertThat(found.get(parameter)).as(parameter).containsExactly(expected, within(1e-10));
  }

  /** Three optimizers with two schedules and two decays, on problems that do not touch. */
  @Test
  void eachGroupLearnsAsItsOptimizerAlone() {
    Optimizer rest = new AdamW(new ExponentialSchedule(ScheduleType.ITERATION, 0.05, 0.97), 0.1);
    Optimizer right = new AdamW(0.02, 0.5);
    Optimizer biases = new Nesterov(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.99));
    Optimizer rightBiases = new Lion(0.003, 0.2);
    ComputationGraph graph = pair();
    new ParameterGroups(rest)
        .with(LayerSelector.named("right"), right)
        .with(ParameterFilter.biases(), biases)
        .with(LayerSelector.named("right"), ParameterFilter.biases(), rightBiases)
        .configure(graph);
    Map<String, double[]> found = trained(graph, STEPS);
    assertSame(found, "left.W", alone(rest, STEPS).get("left.W"));
    assertSame(found, "left.b", alone(biases, STEPS).get("left.b"));
    assertSame(found, "right.W", alone(right, STEPS).get("right.W"));
    assertSame(found, "right.b", alone(rightBiases, STEPS).get("right.b"));
    assertThat(alone(right, STEPS).get("left.W")[0])
        .isNotCloseTo(found.get("left.W")[0], within(1e-3));
  }

  /** Decay within a group is its optimizer's choice, and goes when the optimizer does. */
  @Test
  void decayActsWithinItsGroup() {
    Optimizer rest = new SGD(0.01);
    Optimizer decaying = new AdamW(0.02, 0.9).decaying((layer, name) -> true);
    ComputationGraph graph = pair();
    new ParameterGroups(rest).with(ParameterFilter.biases(), decaying).configure(graph);
    Map<String, double[]> found = trained(graph, STEPS);
    assertSame(found, "right.b", alone(decaying, STEPS).get("right.b"));
    assertSame(found, "right.W", alone(rest, STEPS).get("right.W"));
    rest.configure(graph);
    assertThat(((OutputLayer) Network.of(graph).node("left").layer().orElseThrow()))
        .satisfies(
            layer -> {
              assertThat(layer.getBiasUpdater()).isNull();
              assertThat(layer.getRegularizationBias()).isEmpty();
            });
  }

  private static ParameterGroups threeGroups() {
    return new ParameterGroups(new AdamW(0.01, 0.1))
        .with(LayerSelector.last(1), new Nesterov(0.05))
        .with(ParameterFilter.normalization(), new RMSprop(0.002))
        .with(ParameterFilter.biases(), new Adam(0.02));
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void isSavedRestoredAndCopied(Type type) {
    Model model = Trainings.network(type, Trainings.base(new Sgd(0.1)));
    threeGroups().configure(model);
    Trainings.fit(model, Trainings.batch(1));
    Trainings.fit(model, Trainings.batch(2));
    Model restored = Trainings.saveAndRestore(model);
    Model copy = NetworkCopy.from(model).build();
    assertThat(Trainings.json(restored)).isEqualTo(Trainings.json(model));
    for (Model each : new Model[] {model, restored, copy}) {
      Trainings.fit(each, Trainings.batch(3));
      Trainings.fit(each, Trainings.batch(4));
    }
    for (Model each : new Model[] {restored, copy}) {
      assertThat(numbers(each.params())).isEqualTo(numbers(model.params()));
      assertThat(numbers(Trainings.updaterState(each)))
          .isEqualTo(numbers(Trainings.updaterState(model)));
    }
    Map<String, Class<?>> rules = new TreeMap<>();
    NodeState.in(Network.of(model))
        .forEach(state -> rules.put(state.name().toString(), state.updater().getClass()));
    assertThat(rules)
        .containsEntry("first.W", Adam.class)
        .containsEntry("first.b", Adam.class)
        .containsEntry("norm.gamma", RMSprop.class)
        .containsEntry("norm.beta", RMSprop.class)
        .containsEntry("last.W", Nesterov.class)
        .containsEntry("last.b", Adam.class);
  }

  /** On a configuration before it is a network, and on the network, comes to the same. */
  @ParameterizedTest
  @EnumSource(Type.class)
  void aConfigurationAndItsNetworkAreTreatedAlike(Type type) {
    Model live = Trainings.network(type, Trainings.base(new Sgd(0.1)));
    Model made =
        Network.of(Trainings.network(type, Trainings.base(new Sgd(0.1))))
            .byType(
                stack -> {
                  MultiLayerConfiguration conf = stack.getLayerWiseConfigurations();
                  MultiLayerNetwork other = new MultiLayerNetwork(threeGroups().configure(conf));
                  other.init(stack.params(), true);
                  return (Model) other;
                },
                graph -> {
                  ComputationGraphConfiguration conf = graph.getConfiguration();
                  ComputationGraph other = new ComputationGraph(threeGroups().configure(conf));
                  other.init(graph.params(), true);
                  return other;
                });
    threeGroups().configure(live);
    assertThat(Trainings.json(made)).isEqualTo(Trainings.json(live));
    for (int i = 0; i < 5; i++) {
      Trainings.fit(live, Trainings.batch(i));
      Trainings.fit(made, Trainings.batch(i));
    }
    assertThat(numbers(made.params())).isEqualTo(numbers(live.params()));
  }

  /** Weights do not notice that their biases have another optimizer from a step on. */
  @Test
  void stateIsKeptWhereTheOptimizerStays() {
    Optimizer weights = new AdamW(0.02, 0.5);
    ParameterGroups before =
        new ParameterGroups(weights).with(ParameterFilter.biases(), new SGD(1));
    ComputationGraph graph = pair();
    before.configure(graph);
    trained(graph, 40);
    CarryOver carried =
        new ParameterGroups(weights)
            .with(ParameterFilter.biases(), new Adam(0.02))
            .configure(graph);
    assertThat(carried.kept()).extracting(Object::toString).containsExactly("left.W", "right.W");
    assertThat(carried.reset().values())
        .containsExactly(
            "needs state [M, V], but left.b had []", "needs state [M, V], but right.b had []");
    Map<String, double[]> found = trained(graph, 60);
    assertSame(found, "left.W", alone(weights, STEPS).get("left.W"));
    CarryOver merged = new Adam(0.02).configure(graph);
    assertThat(merged.kept()).isEmpty();
    assertThat(merged.reset().values())
        .allSatisfy(reason -> assertThat(reason).contains("needs one count of steps for"));
    assertThat(graph.getIterationCount()).isEqualTo(STEPS);
  }

  @Test
  void aGroupWithoutParametersIsRefused() {
    Model model = Trainings.network(Type.MULTI_LAYER, Trainings.base(new Sgd(0.1)));
    String before = Trainings.json(model);
    ParameterGroups groups = new ParameterGroups(new Adam());
    ParameterGroups none = groups.with(LayerSelector.ofType(LSTM.class), new SGD(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> none.configure(model))
        .withMessage(
            "parameter groups: (ofType[LSTM], ALL, SGD(learningRate=1.0)) has no parameter; it"
                + " selects none, or later groups, which win, have them all");
    ParameterGroups covered =
        groups
            .with(LayerSelector.last(1), ParameterFilter.biases(), new SGD(1))
            .with(ParameterFilter.biases(), new SGD(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> covered.configure(model))
        .withMessageContaining("last[1], BIASES, SGD(learningRate=1.0)) has no parameter");
    ParameterGroups named =
        groups.with(LayerSelector.named("norm"), ParameterFilter.biases(), new SGD(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named.configure(model))
        .withMessageContaining(
            "layers [norm] have no parameter for the group (named[norm], BIASES");
    assertThat(Trainings.json(model)).isEqualTo(before);
    assertThatNullPointerException().isThrownBy(() -> new ParameterGroups(null));
    assertThatNullPointerException()
        .isThrownBy(() -> groups.with((LayerSelector) null, new SGD(1)));
  }

  private static MultiLayerNetwork network(
      org.deeplearning4j.nn.conf.layers.Layer first, org.deeplearning4j.nn.conf.layers.Layer last) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(Trainings.base(new Sgd(0.1)).list().layer(first).layer(last).build());
    net.init();
    return net;
  }

  private static void assertInseparable(Model model, ParameterFilter chosen, String message) {
    ParameterGroups groups = new ParameterGroups(new Adam()).with(chosen, new SGD(1));
    String before = Trainings.json(model);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> groups.configure(model))
        .withMessageContaining(message)
        .withMessageEndingWith("put them into the same group");
    assertThat(Trainings.json(model)).isEqualTo(before);
  }

  @Test
  void whatDl4jCannotTellApartIsRefused() {
    RnnOutputLayer sequence =
        new RnnOutputLayer.Builder(LossFunction.MSE)
            .nIn(4)
            .nOut(2)
            .activation(Activation.IDENTITY)
            .build();
    LSTM lstm = new LSTM.Builder().name("lstm").nIn(3).nOut(4).build();
    assertInseparable(
        network(lstm, sequence),
        (layer, name) -> name.equals("RW"),
        "layer lstm (LSTM) has one updater for [W, RW] in DL4J, but W is in the rest and RW in");
    DenseLayer normed = new DenseLayer.Builder().nIn(3).nOut(4).hasLayerNorm(true).build();
    assertInseparable(
        network(normed, linear(4)), ParameterFilter.normalization(), "one updater for [W, g]");
    BatchNormalization norm = new BatchNormalization.Builder().nIn(4).nOut(4).build();
    assertInseparable(
        network(norm, linear(4)),
        (layer, name) -> name.equals("beta"),
        "one updater for [gamma, b");
    CenterLossOutputLayer centres =
        new CenterLossOutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(2).build();
    assertInseparable(
        network(new DenseLayer.Builder().nIn(3).nOut(4).build(), centres),
        ParameterFilter.biases(),
        "(CenterLossOutputLayer) has one updater for [W, b]");
    Bidirectional both = new Bidirectional(Bidirectional.Mode.ADD, lstm);
    ParameterGroups forward =
        new ParameterGroups(new Adam())
            .with((layer, name) -> layer == both.getFwd() && name.equals("b"), new SGD(1));
    MultiLayerConfiguration conf =
        Trainings.base(new Sgd(0.1)).list().layer(both).layer(sequence).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> forward.configure(conf))
        .withMessageContaining("in one direction of layer");
  }

  @Test
  void bothDirectionsHaveTheirGroups() {
    RnnOutputLayer sequence =
        new RnnOutputLayer.Builder(LossFunction.MSE)
            .nIn(4)
            .nOut(2)
            .activation(Activation.IDENTITY)
            .build();
    LSTM lstm = new LSTM.Builder().nIn(3).nOut(4).build();
    MultiLayerNetwork net = network(new Bidirectional(Bidirectional.Mode.ADD, lstm), sequence);
    new ParameterGroups(new AdamW(0.1, 0.01))
        .with(ParameterFilter.biases(), new SGD(0.5))
        .configure(net);
    for (NodeState state : NodeState.in(withUpdater(net))) {
      boolean bias = state.slot().parameter().endsWith("b");
      assertThat(state.updater())
          .as(state.name().toString())
          .isInstanceOf(bias ? SGD.class : Adam.class);
    }
  }

  private static Network withUpdater(MultiLayerNetwork net) {
    net.getUpdater(true);
    return Network.of(net);
  }
}
