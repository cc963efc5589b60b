package io.github.dl4jext.network;

import static io.github.dl4jext.network.TestNetworks.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

class NetworkCopyTest {

  static Stream<Arguments> zoo() {
    return NetworkTest.zoo();
  }

  private static List<Model> both(DataType type) {
    return List.of(TestNetworks.stack(type), TestNetworks.graph(type));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zoo")
  void trainsOnAsTheOriginalDoes(String name, Model model) {
    TestNetworks.train(model, 3);
    Network.of(model).setProgress(new TrainingProgress(3, 2));
    Model copy = NetworkCopy.from(model).build();
    assertThat(copy.getClass()).isEqualTo(model.getClass());
    assertThat(numbers(copy.params())).isEqualTo(numbers(model.params()));
    assertThat(Network.of(copy).progress()).isEqualTo(new TrainingProgress(3, 2));
    assertThat(copy.score()).isEqualTo(model.score());
    assertThat(Network.of(copy).frozen()).isEqualTo(Network.of(model).frozen());
    double[] before = numbers(model.params());
    TestNetworks.train(copy, 2);
    assertThat(numbers(model.params())).isEqualTo(before);
    TestNetworks.train(model, 2);
    assertThat(numbers(copy.params())).isEqualTo(numbers(model.params()));
    assertThat(numbers(model.params())).isNotEqualTo(before);
    assertThat(numbers(Network.of(copy).updaterStateView().orElseThrow()))
        .isEqualTo(numbers(Network.of(model).updaterStateView().orElseThrow()));
  }

  @Test
  void hasNoUpdaterWhereTheOriginalHasNone() {
    for (Model model : both(DataType.FLOAT)) {
      assertThat(Network.of(NetworkCopy.from(model).build()).updater()).isEmpty();
      TestNetworks.train(model, 1);
      assertThat(Network.of(NetworkCopy.from(model).withoutUpdaterState().build()).updater())
          .isEmpty();
    }
  }

  @Test
  void sharesNoUpdaters() {
    for (Model model : both(DataType.FLOAT)) {
      Model copy = NetworkCopy.from(model).build();
      LearningRates.of("test", Network.of(copy)).set(0.5);
      assertThat(LearningRates.of("test", Network.of(model)).values().values())
          .extracting(LearningRate::number)
          .containsOnly(0.01, 0.02);
    }
    // what is avoided
    MultiLayerNetwork net = TestNetworks.stack(DataType.FLOAT);
    net.clone().setLearningRate(0.5);
    assertThat(((Adam) Network.of(net).nodes().get(0).updaters().get(0)).getLearningRate())
        .as("DL4J's clone shares updaters")
        .isEqualTo(0.5);
  }

  @Test
  void takesWeightsAsTheyAre() {
    for (Model model : both(DataType.FLOAT)) {
      Model sharing = NetworkCopy.from(model).weights(model.params()).build();
      assertThat(HostMemory.address(sharing.params()))
          .isEqualTo(HostMemory.address(model.params()));
      INDArray ones = model.params().dup().assign(1);
      assertThat(numbers(NetworkCopy.from(model).weights(ones).build().params())).containsOnly(1.0);
      assertThat(numbers(model.params())).isNotEqualTo(numbers(ones));
      long length = model.params().length();
      INDArray fewer =
          ones.get(
              org.nd4j.linalg.indexing.NDArrayIndex.all(),
              org.nd4j.linalg.indexing.NDArrayIndex.interval(0, length - 1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> NetworkCopy.from(model).weights(fewer).build())
          .withMessage("the weights must have " + length + " elements, had " + (length - 1));
    }
  }

  @Test
  void freezesWhatIsFrozenInTheLiveNetworkOnly() {
    MultiLayerNetwork stack = TestNetworks.stack(DataType.FLOAT);
    stack.getLayers()[0] = new org.deeplearning4j.nn.layers.FrozenLayer(stack.getLayer(0));
    ComputationGraph graph = TestNetworks.graph(DataType.FLOAT);
    graph.getVertex("a").setLayerAsFrozen();
    for (Model model : List.of(stack, graph)) {
      String name = Network.of(model).frozen().get(0);
      Model copy = NetworkCopy.from(model).build();
      assertThat(Network.of(copy).frozen()).containsExactly(name);
      double[] before = numbers(Network.of(copy).node(name).parameters().get("W"));
      TestNetworks.train(copy, 2);
      assertThat(numbers(Network.of(copy).node(name).parameters().get("W"))).isEqualTo(before);
      Model thawed = NetworkCopy.from(model).unfreezing(LayerSelector.named(name)).build();
      assertThat(Network.of(thawed).frozen()).isEmpty();
    }
  }

  @Test
  void takesOffWhatFreezes() {
    Model stack =
        NetworkCopy.from(TestNetworks.frozenStack(DataType.FLOAT))
            .unfreezing(LayerSelector.at(0, 2))
            .build();
    assertThat(Network.of(stack).frozen()).containsExactly("layer1");
    Model graph =
        NetworkCopy.from(TestNetworks.frozenGraph(DataType.FLOAT))
            .unfreezing(LayerSelector.all())
            .build();
    assertThat(Network.of(graph).frozen()).isEmpty();
    double[] before = numbers(graph.params());
    TestNetworks.train(graph, 1);
    List<ParameterSlot> slots = Network.of(graph).slots();
    assertThat(slots).hasSize(6).allMatch(ParameterSlot::learns);
    assertThat(numbers(graph.params())).isNotEqualTo(before);
  }

  @Test
  void keepsTheConstraintsOfFrozenLayers() {
    DenseLayer constrained = TestNetworks.dense(5, 4).build();
    MultiLayerNetwork net =
        TestNetworks.start(
            TestNetworks.base(DataType.FLOAT)
                .list()
                .layer(new FrozenLayer(constrained))
                .layer(TestNetworks.output(4).build())
                .build());
    MaxNormConstraint constraint = new MaxNormConstraint(1, 1);
    constraint.setParams(Set.of("W"));
    Network.of(net).nodes().get(0).layer().orElseThrow().setConstraints(List.of(constraint));
    Node copied = Network.of(NetworkCopy.from(net).build()).nodes().get(0);
    assertThat(copied.layer().orElseThrow().getConstraints())
        .isEqualTo(Network.of(net).nodes().get(0).layer().orElseThrow().getConstraints());
    MultiLayerNetwork bare = NetworkCopy.from(net).unfreezing(LayerSelector.at(0)).build();
    assertThat(Network.of(bare).nodes().get(0).layer().orElseThrow().getConstraints()).hasSize(1);
  }

  @Test
  void changesTheCopyAlone() {
    MultiLayerNetwork net =
        TestNetworks.start(
            TestNetworks.base(DataType.FLOAT)
                .list()
                .layer(TestNetworks.dense(5, 4).dropOut(0.5).build())
                .layer(new FrozenLayer(TestNetworks.dense(4, 4).dropOut(0.5).build()))
                .layer(TestNetworks.output(4).build())
                .build());
    MultiLayerNetwork quiet = NetworkCopy.from(net).changing(TrainingNoise::removeFrom).build();
    assertThat(noisy(quiet)).isEmpty();
    assertThat(noisy(net)).containsExactly("layer0", "layer1");
  }

  private static List<String> noisy(Model model) {
    return Network.of(model).nodes().stream()
        .filter(node -> node.storedLayer().filter(TrainingNoise::isIn).isPresent())
        .map(Node::name)
        .toList();
  }

  /** Notes from where to where it was led. */
  private static final class Follower extends BaseTrainingListener implements TrainingFollower {
    private final List<Model> way = new ArrayList<>();

    @Override
    public void follow(Network before, Network now) {
      way.add(before.model());
      way.add(now.model());
    }
  }

  @Test
  void tellsListenersThatTheTrainingGoesOn() {
    for (Model model : both(DataType.FLOAT)) {
      Follower follower = new Follower();
      Network.of(model).setListeners(List.of(follower, new BaseTrainingListener() {}));
      Model quiet = NetworkCopy.from(model).build();
      assertThat(Network.of(quiet).listeners()).isEmpty();
      assertThat(follower.way).isEmpty();
      Model next = NetworkCopy.from(model).carryingOnTraining().build();
      assertThat(follower.way).hasSize(2);
      assertThat(follower.way.get(0)).isSameAs(model);
      assertThat(follower.way.get(1)).isSameAs(next);
      assertThat(Network.of(next).listeners()).isEqualTo(Network.of(model).listeners());
      Network.of(next).setListeners(List.of());
      assertThat(Network.of(model).listeners()).hasSize(2);
    }
  }
}
