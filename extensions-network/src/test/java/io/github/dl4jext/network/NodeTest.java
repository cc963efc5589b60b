package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Nodes are found with all that they learn by. */
class NodeTest {

  private static final InputType SEQUENCE = InputType.recurrent(3, 5);

  private static LSTM lstm() {
    return new LSTM.Builder().nOut(4).build();
  }

  private static RnnOutputLayer output() {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .name("out")
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerConfiguration layers() {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(new FrozenLayer(new MaskZeroLayer(lstm(), 0)))
        .layer(new Bidirectional(lstm()))
        .layer(new ActivationLayer(Activation.TANH))
        .layer(output())
        .setInputType(SEQUENCE)
        .build();
  }

  private static ComputationGraphConfiguration graph() {
    return new NeuralNetConfiguration.Builder()
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(SEQUENCE)
        .addLayer("both", new Bidirectional(lstm()), "in")
        .addVertex(
            "attention",
            new AttentionVertex.Builder()
                .nHeads(2)
                .headSize(2)
                .nInKeys(8)
                .nInQueries(8)
                .nInValues(8)
                .nOut(8)
                .projectInput(true)
                .build(),
            "both",
            "both",
            "both")
        .addVertex("merge", new MergeVertex(), "both", "attention")
        .addLayer("out", output(), "merge")
        .setOutputs("out")
        .build();
  }

  private static List<String> kinds(Node layer) {
    return layer.learners().stream().map(c -> c.getClass().getSimpleName()).toList();
  }

  @Test
  void layersAreFoundWithinTheirWrappers() {
    List<Node> layers = NetworkConfiguration.of(layers()).nodes();
    assertThat(layers).extracting(Node::index).containsExactly(0, 1, 2, 3);
    assertThat(layers.get(3).name()).isEqualTo("out");
    assertThat(layers)
        .extracting(NodeTest::kinds)
        .containsExactly(
            List.of("LSTM"), List.of("LSTM", "LSTM"), List.of(), List.of("RnnOutputLayer"));
    assertThat(layers.get(0).wrappers())
        .extracting(wrapper -> wrapper.getClass().getSimpleName())
        .containsExactly("MaskZeroLayer", "FrozenLayer");
  }

  @Test
  void verticesWithWeightsAreFoundToo() {
    List<Node> layers = NetworkConfiguration.of(graph()).nodes();
    assertThat(layers)
        .extracting(Node::name)
        .containsExactlyInAnyOrder("both", "attention", "merge", "out");
    Node attention =
        layers.stream().filter(layer -> layer.name().equals("attention")).findFirst().orElseThrow();
    assertThat(kinds(attention)).containsExactly("AttentionVertex");
  }

  @Test
  void ofALiveNetworkEveryCopyIsFoundOnce() {
    MultiLayerNetwork network = new MultiLayerNetwork(layers());
    network.init();
    for (LiveNode layer : Network.of(network).nodes()) {
      assertThat(layer.learners())
          .as(layer.name())
          .containsAll(NetworkConfiguration.of(layers()).nodes().get(layer.index()).learners());
      for (Object one : layer.learners()) {
        assertThat(layer.learners().stream().filter(other -> other == one)).hasSize(1);
      }
    }
    ComputationGraph graph = new ComputationGraph(graph());
    graph.init();
    assertThat(Network.of(graph).nodes())
        .extracting(Node::name)
        .contains("both", "attention", "out");
  }

  @Test
  void whatIsNotALiveNetworkIsRefused() {
    assertThatThrownBy(() -> Network.of(new MultiLayerNetwork(layers())))
        .hasMessageStartingWith("the network is not initialised; call init() first");
    assertThatThrownBy(() -> Network.of(new ComputationGraph(graph())))
        .hasMessageStartingWith("the network is not initialised; call init() first");
    assertThatThrownBy(() -> Network.of(null)).hasMessageEndingWith("was null");
  }
}
