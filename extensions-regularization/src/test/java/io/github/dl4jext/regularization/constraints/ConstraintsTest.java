package io.github.dl4jext.regularization.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.testkit.fixtures.SmallNetworks;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ConstraintsTest {

  private static final MaxNorm SMALL = new MaxNorm(0.01);

  private static double largestNorm(Model network, String parameter) {
    INDArray weights = network.getParam(parameter);
    return weights.norm2(0).maxNumber().doubleValue();
  }

  private static void assertConstrained(Model network, String... parameters) {
    for (String parameter : parameters) {
      assertThat(largestNorm(network, parameter))
          .as(parameter)
          .isLessThanOrEqualTo(0.01 * (1 + 1e-6));
    }
  }

  private static void assertFree(Model network, String... parameters) {
    for (String parameter : parameters) {
      assertThat(largestNorm(network, parameter)).as(parameter).isGreaterThan(0.1);
    }
  }

  private static Map<String, List<LayerConstraint>> installed(List<? extends Node> layers) {
    Map<String, List<LayerConstraint>> installed = new HashMap<>();
    for (Node layer : layers) {
      layer.learners().forEach(c -> installed.put(layer.name(), ((Layer) c).getConstraints()));
    }
    return installed;
  }

  @Test
  void onAConfigurationOfLayers() {
    MultiLayerConfiguration conf = SmallNetworks.layers();
    assertThat(Constraints.onWeights(conf, SMALL)).isSameAs(conf);
    MultiLayerNetwork network = SmallNetworks.network(conf);
    network.fit(SmallNetworks.data());
    assertConstrained(network, "1_W", "4_W");
    assertFree(network, "0_W", "1_g", "3_gamma");
  }

  @Test
  void onAConfigurationOfAGraph() {
    ComputationGraphConfiguration conf = Constraints.onWeights(SmallNetworks.graph(), SMALL);
    ComputationGraph network = SmallNetworks.network(conf);
    network.fit(SmallNetworks.data());
    assertConstrained(network, "hidden_W", "out_W");
    assertFree(network, "frozen_W", "hidden_g", "norm_gamma");
  }

  @Test
  void onLiveNetworksFromTheNextStepOn() {
    MultiLayerNetwork layers = SmallNetworks.network(SmallNetworks.layers());
    ComputationGraph graph = SmallNetworks.network(SmallNetworks.graph());
    layers.fit(SmallNetworks.data());
    graph.fit(SmallNetworks.data());
    Constraints.onWeights(layers, SMALL);
    Constraints.onWeights(graph, SMALL);
    assertFree(layers, "1_W");
    layers.fit(SmallNetworks.data());
    graph.fit(SmallNetworks.data());
    assertConstrained(layers, "1_W", "4_W");
    assertConstrained(graph, "hidden_W", "out_W");
  }

  @Test
  void aLiveBidirectionalLayerIsConstrainedInBothDirections() {
    MultiLayerNetwork network =
        SmallNetworks.network(
            SmallNetworks.base()
                .list()
                .layer(new Bidirectional(new LSTM.Builder().nOut(3).build()))
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(4, 5))
                .build());
    Constraints.onWeights(network, SMALL);
    network.fit(Nd4j.randn(8, 4, 5), Nd4j.randn(8, 2, 5));
    assertConstrained(network, "0_fW", "0_bW", "0_fRW", "0_bRW", "1_W");
  }

  @Test
  void survivesJsonCloningAndSaving() throws IOException {
    MultiLayerConfiguration conf = Constraints.onWeights(SmallNetworks.layers(), SMALL);
    assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    MultiLayerNetwork network = SmallNetworks.network(conf);
    MultiLayerNetwork restored = SmallNetworks.restored(network);
    MultiLayerNetwork clone = network.clone();
    network.fit(SmallNetworks.data());
    restored.fit(SmallNetworks.data());
    clone.fit(SmallNetworks.data());
    assertConstrained(restored, "1_W", "4_W");
    assertThat(restored.params().toDoubleVector()).isEqualTo(network.params().toDoubleVector());
    assertThat(clone.params().toDoubleVector()).isEqualTo(network.params().toDoubleVector());
    assertThat(installed(Network.of(restored).nodes()).get("layer0"))
        .as("a frozen layer has it for later, in a restored network too")
        .hasToString("[MaxNorm(maxNorm=0.01) on [W]]");
  }

  @Test
  void chosenLayersByNamePlaceAndKind() {
    List<LayerSelector> same =
        List.of(
            LayerSelector.named("hidden"),
            LayerSelector.at(1),
            LayerSelector.where(node -> "hidden".equals(node.name())));
    for (LayerSelector choice : same) {
      MultiLayerNetwork network =
          SmallNetworks.network(Constraints.onWeights(SmallNetworks.layers(), choice, SMALL));
      network.fit(SmallNetworks.data());
      assertConstrained(network, "1_W");
      assertFree(network, "4_W");
    }
    MultiLayerConfiguration noOutput =
        Constraints.onWeights(
            SmallNetworks.layers(),
            LayerSelector.all().except(LayerSelector.ofType(OutputLayer.class)),
            SMALL);
    assertThat(installed(NetworkConfiguration.of(noOutput).nodes()).get("out")).isNull();
    assertThat(installed(NetworkConfiguration.of(noOutput).nodes()).get("hidden")).hasSize(1);
  }

  @Test
  void anotherCallTakesThePlaceOfTheFirst() {
    MultiLayerConfiguration conf = SmallNetworks.layers();
    Constraints.onWeights(conf, SMALL);
    Constraints.onBiases(conf, new NonNegative());
    Constraints.onWeights(conf, new NonNegative(), new MaxNorm(3));
    List<LayerConstraint> hidden = installed(NetworkConfiguration.of(conf).nodes()).get("hidden");
    assertThat(hidden)
        .hasToString("[NonNegative() on [b], NonNegative() on [W], MaxNorm(maxNorm=3.0) on [W]]");
  }

  @Test
  void removesThoseOfWeightsAndOfBiases() {
    MultiLayerConfiguration conf = SmallNetworks.layers();
    Constraints.onWeights(conf, SMALL);
    Constraints.onBiases(conf, new NonNegative());
    Constraints.remove(conf, LayerSelector.named("hidden"));
    assertThat(installed(NetworkConfiguration.of(conf).nodes()).get("hidden")).isNull();
    assertThat(installed(NetworkConfiguration.of(conf).nodes()).get("out")).hasSize(2);
    assertThat(Constraints.remove(conf)).isSameAs(conf);
    assertThat(installed(NetworkConfiguration.of(conf).nodes()).values()).containsOnlyNulls();
    MultiLayerNetwork live =
        SmallNetworks.network(Constraints.onWeights(SmallNetworks.layers(), SMALL));
    assertThat(Constraints.remove(live)).isSameAs(live);
    assertThat(installed(Network.of(live).nodes()).values()).containsOnlyNulls();
    ComputationGraphConfiguration graph = Constraints.onWeights(SmallNetworks.graph(), SMALL);
    assertThat(Constraints.remove(graph)).isSameAs(graph);
    assertThat(installed(NetworkConfiguration.of(graph).nodes()).values()).containsOnlyNulls();
  }

  @Test
  void refusesNoneWhichWouldRemoveSilently() {
    for (ThrowingCallable none :
        List.<ThrowingCallable>of(
            () -> Constraints.onWeights(SmallNetworks.layers()),
            () -> Constraints.onBiases(SmallNetworks.graph(), LayerSelector.all()),
            () -> Constraints.onWeights(SmallNetworks.network(SmallNetworks.layers())))) {
      assertThatThrownBy(none)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "constraints: there must be at least one constraint; to remove the existing ones, call"
                  + " Constraints.remove(network)");
    }
  }

  @Test
  void dl4jsOwnConstraintsGiveWayButKeepTheirBiases() {
    DenseLayer layer = new DenseLayer.Builder().nIn(4).nOut(3).name("a").hasLayerNorm(true).build();
    layer.setConstraints(List.of(new MaxNormConstraint(1, Set.of("W", "b", "g"), 0)));
    MultiLayerConfiguration conf =
        SmallNetworks.base()
            .list()
            .layer(layer)
            .layer(SmallNetworks.output())
            .setInputType(InputType.feedForward(4))
            .build();
    Constraints.onWeights(conf, SMALL);
    List<LayerConstraint> after = installed(NetworkConfiguration.of(conf).nodes()).get("a");
    assertThat(after).hasSize(2);
    assertThat(after.get(0)).isInstanceOf(MaxNormConstraint.class);
    assertThat(after.get(0).getParams()).containsOnly("b");
    assertThat(after.get(1).getParams()).containsOnly("W");
  }

  @Test
  void layersThatAreNotThereOrHaveNoWeightsAreRefused() {
    assertThatThrownBy(
            () ->
                Constraints.onWeights(SmallNetworks.layers(), LayerSelector.named("hiden"), SMALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "there is no layer \"hiden\"; the layers are 0 \"layer0\", 1 \"hidden\"");
    assertThatThrownBy(
            () -> Constraints.onWeights(SmallNetworks.layers(), LayerSelector.at(5), SMALL))
        .hasMessageStartingWith("there is no layer 5; the layers are 0 \"layer0\", 1 \"hidden\"");
    assertThatThrownBy(
            () ->
                Constraints.onWeights(
                    SmallNetworks.graph(), LayerSelector.named("tanh", "norm", "out"), SMALL))
        .hasMessage(
            "layers [tanh, norm] have no weights that DL4J could constrain; leave them out of the"
                + " choice");
    assertThatThrownBy(
            () -> Constraints.onWeights(new MultiLayerNetwork(SmallNetworks.layers()), SMALL))
        .hasMessageStartingWith("the network is not initialised");
  }

  /** DL4J never applies constraints to vertices. */
  @Test
  void verticesWithWeightsAreLeftOut() {
    ComputationGraphConfiguration conf =
        SmallNetworks.base()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.recurrent(4, 5))
            .addVertex(
                "attention",
                new AttentionVertex.Builder()
                    .nHeads(2)
                    .headSize(2)
                    .nInKeys(4)
                    .nInQueries(4)
                    .nInValues(4)
                    .nOut(4)
                    .projectInput(true)
                    .build(),
                "in",
                "in",
                "in")
            .addLayer(
                "out",
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nOut(2)
                    .activation(Activation.IDENTITY)
                    .build(),
                "attention")
            .setOutputs("out")
            .build();
    Constraints.onWeights(conf, SMALL); // all: no complaint
    assertThatThrownBy(() -> Constraints.onWeights(conf, LayerSelector.named("attention"), SMALL))
        .hasMessageStartingWith("layers [attention] have no weights that DL4J could constrain");
  }

  @Test
  void aFrozenLayerIsNotTouchedAndHasTheConstraintForLater() {
    MultiLayerNetwork network =
        SmallNetworks.network(
            SmallNetworks.base()
                .list()
                .layer(new DenseLayer.Builder().nOut(3).build())
                .layer(SmallNetworks.output())
                .setInputType(InputType.feedForward(4))
                .build());
    MultiLayerNetwork frozen = new TransferLearning.Builder(network).setFeatureExtractor(0).build();
    Constraints.onWeights(frozen, SMALL);
    frozen.fit(SmallNetworks.data());
    assertFree(frozen, "0_W");
    assertConstrained(frozen, "1_W");
    Layer within = (Layer) Network.of(frozen).nodes().get(0).learners().get(0);
    assertThat(within.getConstraints()).hasToString("[MaxNorm(maxNorm=0.01) on [W]]");
  }
}
