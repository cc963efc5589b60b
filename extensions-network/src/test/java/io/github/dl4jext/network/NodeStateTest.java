package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class NodeStateTest {

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder().dataType(DataType.DOUBLE).updater(new Adam(0.1));
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork net() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            builder()
                .list()
                .layer(new DenseLayer.Builder().nOut(3).build())
                .layer(output())
                .setInputType(InputType.feedForward(4))
                .build());
    net.init();
    return net;
  }

  @Test
  void oneEntryForEachParameterInOrder() {
    MultiLayerNetwork net = net();
    assertThat(NodeState.in(Network.of(net))).as("no updater yet").isEmpty();
    net.getUpdater();
    List<NodeState> states = NodeState.in(Network.of(net));
    assertThat(states).map(state -> state.slot().key()).containsExactly("0_W", "0_b", "1_W", "1_b");
    assertThat(states).map(state -> state.slot().node().key()).containsExactly("0", "0", "1", "1");
    assertThat(states).map(state -> state.slot().from()).containsExactly(0L, 12L, 15L, 21L);
    assertThat(states.get(0).updater()).isEqualTo(new Adam(0.1));
    assertThat(states.get(2).arrays()).containsOnlyKeys("M", "V");
    assertThat(states.get(2).arrays().get("V").length()).isEqualTo(6);
  }

  @Test
  void whatIsAssignedIsTheNetworksState() {
    MultiLayerNetwork net = net();
    INDArray all = net.getUpdater().getStateViewArray();
    NodeState bias = NodeState.in(Network.of(net)).get(1);
    bias.arrays().get("M").assign(1);
    bias.arrays().get("V").assign(2);
    // one block of 23 parameters: first all M, then all V
    assertThat(all.reshape(46).toDoubleVector()[12]).isEqualTo(1);
    assertThat(all.reshape(46).toDoubleVector()[23 + 14]).isEqualTo(2);
    assertThat(all.sumNumber().doubleValue()).isEqualTo(3 * 1 + 3 * 2);
  }

  @Test
  void graphsAndUpdatersWithoutState() {
    ComputationGraph graph =
        new ComputationGraph(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("a_b", new DenseLayer.Builder().nOut(3).updater(new Sgd(1)).build(), "in")
                .addLayer("out", output(), "a_b")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(4))
                .build());
    graph.init();
    graph.fit(
        new INDArray[] {Nd4j.rand(DataType.DOUBLE, 2, 4)},
        new INDArray[] {Nd4j.rand(DataType.DOUBLE, 2, 2)});
    List<NodeState> states = NodeState.in(Network.of(graph));
    assertThat(states)
        .map(state -> state.slot().key())
        .containsExactly("a_b_W", "a_b_b", "out_W", "out_b");
    assertThat(states)
        .map(state -> state.slot().node().key())
        .containsExactly("a_b", "a_b", "out", "out");
    assertThat(states.get(0).arrays()).isEmpty();
    assertThat(states.get(2).arrays()).hasSize(2);
  }
}
