package io.github.dl4jext.network;

import static io.github.dl4jext.network.TestNetworks.dense;
import static io.github.dl4jext.network.TestNetworks.numbers;
import static io.github.dl4jext.network.TestNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.ParameterName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

class UpdaterStateTest {

  static Stream<Arguments> zoo() {
    return NetworkTest.zoo();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void showsTheStateOfEachParameter(String name, Model model) {
    assertThat(NodeState.in(Network.of(model))).isEmpty();
    TestNetworks.train(model, 2);
    Network network = Network.of(model);
    List<NodeState> states = NodeState.in(network);
    assertThat(states)
        .extracting(state -> state.name().toString())
        .containsExactlyElementsOf(
            network.slots().stream().map(slot -> slot.name().toString()).toList());
    for (NodeState state : states) {
      boolean moved = state.slot().learns();
      // DL4J's FrozenLayerWithBackprop has its updater's state in vain
      boolean stateful = !(state.updater() instanceof NoOp);
      assertThat(state.arrays().keySet()).isEqualTo(stateful ? Set.of("M", "V") : Set.of());
      assertThat(state.remembersSomething()).as(state.name().toString()).isEqualTo(moved);
      state
          .arrays()
          .values()
          .forEach(a -> assertThat(a.length()).isEqualTo(state.slot().value().length()));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void comesBackAsItWas(String name, Model model) {
    TestNetworks.train(model, 2);
    Network network = Network.of(model);
    double[] before = numbers(network.updaterStateView().orElseThrow());
    UpdaterState state = UpdaterState.copyOf(network);
    TestNetworks.train(model, 1);
    assertThat(numbers(network.updaterStateView().orElseThrow())).isNotEqualTo(before);
    CarryOver carried = state.putInto(network).requireComplete("the state");
    assertThat(numbers(network.updaterStateView().orElseThrow())).isEqualTo(before);
    assertThat(carried.kept())
        .containsExactlyElementsOf(
            NodeState.in(network).stream()
                .filter(now -> !(now.updater() instanceof NoOp))
                .map(NodeState::name)
                .toList());
  }

  @Test
  void ofANetworkWithoutAnUpdaterIsNone() {
    Network untrained = Network.of(TestNetworks.stack(DataType.FLOAT));
    UpdaterState none = UpdaterState.copyOf(untrained);
    assertThat(none.isPresent()).isFalse();
    assertThat(untrained.updater()).isEmpty();
    Network other = Network.of(TestNetworks.stack(DataType.FLOAT));
    assertThat(none.putInto(other)).isEqualTo(new CarryOver(List.of(), Map.of()));
    assertThat(other.updater()).isEmpty();
  }

  @Test
  void goesByNameIntoANetworkWithAnotherHeadAndOtherBlocks() {
    MultiLayerNetwork net = TestNetworks.stack(DataType.DOUBLE);
    TestNetworks.train(net, 3);
    UpdaterState state = UpdaterState.copyOf(Network.of(net));
    Map<String, INDArray> second = state.of(new ParameterName("second", "W")).orElseThrow();
    MultiLayerNetwork other =
        TestNetworks.start(
            TestNetworks.base(DataType.DOUBLE)
                .list()
                .layer(dense(5, 9).name("new").build())
                .layer(dense(9, 6).name("wider").build())
                .layer(dense(6, 4).name("second").build())
                .layer(output(4).name("out").updater(new Sgd(0.1)).build())
                .build());
    Network target = Network.of(other);
    CarryOver carried = state.putInto(target);
    assertThat(carried.kept())
        .extracting(ParameterName::toString)
        .containsExactly("second.W", "second.b");
    assertThat(carried.reset())
        .containsOnlyKeys(
            new ParameterName("new", "W"), new ParameterName("new", "b"),
            new ParameterName("wider", "W"), new ParameterName("wider", "b"),
            new ParameterName("out", "W"), new ParameterName("out", "b"));
    assertThat(carried.reset().get(new ParameterName("new", "W"))).isEqualTo("is new");
    assertThat(carried.reset().get(new ParameterName("out", "W")))
        .isEqualTo("has state [] instead of [M, V]");
    for (NodeState now : NodeState.in(target)) {
      if (now.name().toString().equals("second.W")) {
        assertThat(numbers(now.arrays().get("M"))).isEqualTo(numbers(second.get("M")));
        assertThat(numbers(now.arrays().get("V"))).isEqualTo(numbers(second.get("V")));
      } else if (!now.name().node().equals("second")) {
        assertThat(now.remembersSomething()).isFalse();
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> carried.requireComplete("the snapshot"))
        .withMessageStartingWith(
            "the snapshot must be that of a network of the same structure; new.W is new");
  }

  @Test
  void refusesAnotherLengthAndAnotherRule() {
    MultiLayerNetwork net = TestNetworks.stack(DataType.DOUBLE);
    TestNetworks.train(net, 1);
    UpdaterState state = UpdaterState.copyOf(Network.of(net));
    MultiLayerNetwork other =
        TestNetworks.start(
            TestNetworks.base(DataType.DOUBLE)
                .list()
                .layer(dense(5, 7).name("first").updater(new Adam(0.01)).build())
                .layer(dense(7, 4).name("second").updater(new AMSGrad(0.01)).build())
                .layer(output(4).name("out").build())
                .build());
    CarryOver carried = state.putInto(Network.of(other));
    assertThat(carried.reset())
        .containsEntry(new ParameterName("first", "W"), "has 35 elements instead of 30")
        .containsEntry(
            new ParameterName("second", "W"), "has state [M, V, V_HAT] instead of [M, V]");
    assertThat(carried.isComplete()).isFalse();
    assertThat(carried.kept()).extracting(ParameterName::node).containsOnly("out");
  }

  @Test
  void findsParametersUnderOtherNames() {
    MultiLayerNetwork net = TestNetworks.stack(DataType.DOUBLE);
    TestNetworks.train(net, 1);
    UpdaterState state = UpdaterState.copyOf(Network.of(net));
    MultiLayerNetwork other =
        TestNetworks.start(
            TestNetworks.base(DataType.DOUBLE)
                .list()
                .layer(dense(6, 4).name("renamed").build())
                .layer(output(4).name("out").build())
                .build());
    CarryOver carried =
        state.putInto(
            Network.of(other),
            name ->
                name.node().equals("renamed")
                    ? new ParameterName("second", name.parameter())
                    : name);
    assertThat(carried.isComplete()).isTrue();
    assertThat(carried.kept()).hasSize(4);
  }

  private static int blocks(Network network) {
    BaseMultiLayerUpdater<?> updater = network.updater().orElseThrow();
    List<UpdaterBlock> blocks = updater.getUpdaterBlocks();
    return blocks.size();
  }

  private static Map<String, double[]> states(Network network) {
    Map<String, double[]> all = new TreeMap<>();
    for (NodeState state : NodeState.in(network)) {
      state.arrays().forEach((name, array) -> all.put(state.name() + " " + name, numbers(array)));
    }
    return all;
  }

  @Test
  void formsBlocksAnewWhereRatesHaveBecomeEqual() {
    for (Model model :
        List.of(TestNetworks.stack(DataType.DOUBLE), TestNetworks.graph(DataType.DOUBLE))) {
      TestNetworks.train(model, 2);
      Network network = Network.of(model);
      assertThat(UpdaterBlocks.rebuildIfChanged(network)).isFalse();
      int before = blocks(network);
      Map<String, double[]> states = states(network);
      for (LiveNode node : network.nodes()) {
        node.updaters().forEach(updater -> updater.setLrAndSchedule(0.005, null));
      }
      assertThat(UpdaterBlocks.rebuildIfChanged(network)).isTrue();
      assertThat(blocks(network)).isLessThan(before);
      Map<String, double[]> after = states(network);
      assertThat(after.keySet()).isEqualTo(states.keySet());
      after.forEach((name, values) -> assertThat(values).as(name).isEqualTo(states.get(name)));
    }
    assertThat(UpdaterBlocks.rebuildIfChanged(Network.of(TestNetworks.stack(DataType.FLOAT))))
        .isFalse();
  }

  /** Each rate in turn is made another one; some blocks are cut by that, others are not. */
  @Test
  void formsTheBlocksThatDl4jWouldForm() {
    TestNetworks.zoo(DataType.DOUBLE)
        .forEach(
            (name, model) -> {
              TestNetworks.train(model, 1);
              Network network = Network.of(model);
              for (LiveNode node : network.nodes()) {
                node.updaters().stream()
                    .filter(IUpdater::hasLearningRate)
                    .forEach(updater -> updater.setLrAndSchedule(0.001 * node.index(), null));
                boolean wanted = !ends(network.newUpdater()).equals(ends(network));
                assertThat(UpdaterBlocks.rebuildIfChanged(network)).as(name).isEqualTo(wanted);
                assertThat(ends(network)).as(name).isEqualTo(ends(network.newUpdater()));
              }
            });
  }

  private static List<Integer> ends(Network network) {
    return ends(network.updater().orElseThrow());
  }

  private static List<Integer> ends(BaseMultiLayerUpdater<?> updater) {
    return updater.getUpdaterBlocks().stream().map(UpdaterBlock::getParamOffsetEnd).toList();
  }
}
