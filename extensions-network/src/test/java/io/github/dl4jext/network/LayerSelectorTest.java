package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class LayerSelectorTest {

  private final MultiLayerNetwork stack = TestNetworks.stack(DataType.FLOAT);
  private final Model graph = TestNetworks.graph(DataType.FLOAT);

  private static List<String> names(LayerSelector selector, Model model) {
    List<String> live = selector.in(model).stream().map(Node::name).toList();
    assertThat(selector.in(Network.of(model).configuration().nodes()))
        .extracting(Node::name)
        .containsExactlyElementsOf(live);
    return live;
  }

  @Test
  void selectsAllThatCountAsLayers() {
    assertThat(names(LayerSelector.all(), stack)).containsExactly("first", "norm", "second", "out");
    assertThat(names(LayerSelector.all(), graph))
        .containsExactlyInAnyOrder("a", "b", "norm", "out", "side");
    assertThat(names(LayerSelector.none(), stack)).isEmpty();
    assertThat(names(LayerSelector.all(), TestNetworks.attention(DataType.FLOAT)))
        .contains("attention");
  }

  @Test
  void selectsByNameAndIndexInTheNetworksOrder() {
    assertThat(names(LayerSelector.named("out", "first"), stack)).containsExactly("first", "out");
    assertThat(names(LayerSelector.named("both"), graph)).containsExactly("both");
    assertThat(names(LayerSelector.at(2, 0), stack)).containsExactly("first", "second");
    assertThat(names(LayerSelector.at(0), graph)).containsExactly("out");
    assertThat(LayerSelector.named("out").isExplicit()).isTrue();
    assertThat(LayerSelector.at(0).isExplicit()).isTrue();
    assertThat(LayerSelector.all().isExplicit()).isFalse();
    assertThat(LayerSelector.named("out").and(LayerSelector.all()).isExplicit()).isFalse();
  }

  @Test
  void selectsWhatIsBelow() {
    assertThat(names(LayerSelector.upTo("norm"), stack)).containsExactly("first", "norm");
    assertThat(names(LayerSelector.upTo(1), stack)).containsExactly("first", "norm");
    assertThat(names(LayerSelector.upTo("norm"), graph)).containsExactlyInAnyOrder("a", "norm");
    assertThat(names(LayerSelector.upTo("out"), graph))
        .containsExactlyInAnyOrder("a", "norm", "b", "both", "out");
  }

  @Test
  void leavesOutTheLast() {
    assertThat(names(LayerSelector.allButLast(1), stack))
        .containsExactly("first", "norm", "second");
    assertThat(names(LayerSelector.allButLast(2), graph))
        .containsExactlyInAnyOrder("a", "b", "norm");
    assertThat(names(LayerSelector.allButLast(0), stack)).hasSize(4);
    assertThat(names(LayerSelector.last(1), stack)).containsExactly("out");
    assertThat(names(LayerSelector.last(4), stack)).hasSize(4);
    assertThat(names(LayerSelector.last(0), stack)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelector.last(5).in(stack))
        .withMessage("the last 5: there are only 4 layers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelector.allButLast(5).in(stack))
        .withMessage("all but the last 5: there are only 4 layers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelector.allButLast(-1))
        .withMessage("count must be 0 or more, was -1");
  }

  @Test
  void selectsByWhatLayersAre() {
    assertThat(names(LayerSelector.ofType(BatchNormalization.class), graph))
        .containsExactly("norm");
    assertThat(
            names(LayerSelector.ofType(DenseLayer.class), TestNetworks.frozenStack(DataType.FLOAT)))
        .containsExactly("layer0", "layer1", "layer2");
    Model sequences = TestNetworks.sequences(DataType.FLOAT);
    assertThat(names(LayerSelector.ofType(LSTM.class), sequences))
        .containsExactly("layer0", "layer1");
    assertThat(
            names(
                LayerSelector.ofType(AttentionVertex.class),
                TestNetworks.attention(DataType.FLOAT)))
        .containsExactly("attention");
    assertThat(names(LayerSelector.where(Node::isOutput), graph))
        .containsExactlyInAnyOrder("out", "side");
  }

  @Test
  void combines() {
    LayerSelector selector =
        LayerSelector.allButLast(1)
            .except(LayerSelector.ofType(BatchNormalization.class))
            .and(LayerSelector.named("out"));
    assertThat(names(selector, stack)).containsExactly("first", "second", "out");
    assertThat(selector)
        .hasToString("allButLast[1] except ofType[BatchNormalization] and named[out]");
  }

  @Test
  void saysWhichLayersThereAre() {
    String layers = "the layers are 0 \"first\", 1 \"norm\", 2 \"second\", 3 \"out\"";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelector.named("frist", "norm", "x").in(stack))
        .withMessage("there is no layer \"frist\", \"x\"; " + layers);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelector.upTo("frist").in(stack))
        .withMessage("there is no layer \"frist\"; " + layers);
    for (LayerSelector selector : List.of(LayerSelector.at(0, 4), LayerSelector.upTo(4))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> selector.in(stack))
          .withMessage("there is no layer 4; " + layers);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelector.named())
        .withMessage("give at least one name; for no layer at all there is LayerSelector.none()");
  }

  @Test
  void asksForTheIndexWhereSeveralLayersShareAName() {
    NeuralNetConfiguration[] layers =
        stack.getLayerWiseConfigurations().getConfs().toArray(NeuralNetConfiguration[]::new);
    layers[0].getLayer().setLayerName("dense");
    layers[2].getLayer().setLayerName("dense");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelector.named("dense").in(stack))
        .withMessageStartingWith(
            "2 layers are named \"dense\"; say which by its index; the layers");
    assertThat(names(LayerSelector.named("dense[2]"), stack)).containsExactly("dense[2]");
  }

  @Test
  void keepsMessagesShort() {
    NeuralNetConfiguration.ListBuilder many = TestNetworks.base(DataType.FLOAT).list();
    for (int i = 0; i < 60; i++) {
      many.layer(TestNetworks.dense(2, 2).build());
    }
    MultiLayerNetwork deep = TestNetworks.start(many.layer(TestNetworks.output(2).build()).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelector.named("x").in(deep))
        .withMessageEndingWith(" 39 \"layer39\" and 21 more");
  }
}
