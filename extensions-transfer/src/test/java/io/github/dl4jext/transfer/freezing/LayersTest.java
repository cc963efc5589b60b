package io.github.dl4jext.transfer.freezing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jext.network.LayerStatus;
import io.github.dl4jext.transfer.folding.Trained;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;

class LayersTest {

  private final Model net = Trained.BATCH_NORM.untrained();
  private final Model graph = Trained.GRAPH.untrained();

  private static List<String> names(Layers layers, Model model) {
    return layers.in(model).stream().map(LayerStatus::name).toList();
  }

  @Test
  void layersOfANetwork() {
    assertThat(names(Layers.all(), net)).hasSize(5);
    assertThat(names(Layers.none(), net)).isEmpty();
    assertThat(names(Layers.at(0, 4), net)).containsExactly("layer0", "layer4");
    assertThat(names(Layers.named("layer2", "1"), net)).containsExactly("layer1", "layer2");
    assertThat(names(Layers.upTo(1), net)).containsExactly("layer0", "layer1");
    assertThat(names(Layers.upTo("layer0"), net)).containsExactly("layer0");
    assertThat(names(Layers.allButLast(3), net)).containsExactly("layer0", "layer1");
    assertThat(names(Layers.allButLast(5), net)).isEmpty();
    assertThat(names(Layers.batchNorm(), net)).containsExactly("layer1", "layer3");
    assertThat(names(Layers.upTo(3).except(Layers.batchNorm()).and(Layers.at(4)), net))
        .containsExactly("layer0", "layer2", "layer4");
    assertThat(names(Layers.where(layer -> layer.parameters() == 7 * 6 + 6), net))
        .containsExactly("layer0");
  }

  @Test
  void layersOfAGraph() {
    assertThat(names(Layers.upTo("norm"), graph)).containsExactly("stem", "left", "norm");
    assertThat(names(Layers.upTo("both"), graph))
        .containsExactlyInAnyOrder("stem", "left", "norm", "right");
    assertThat(names(Layers.allButLast(1), graph)).hasSize(5).doesNotContain("out");
    assertThat(names(Layers.upTo(5), graph)).hasSize(6);
    assertThat(names(Layers.named("right"), graph)).containsExactly("right");
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.named("conv").in(net))
        .withMessage(
            "there is no layer \"conv\"; the layers are 0 \"layer0\", 1 \"layer1\", 2 \"layer2\","
                + " 3 \"layer3\", 4 \"layer4\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.at(5).in(net))
        .withMessageStartingWith("there is no layer 5; the layers are");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.upTo("in").in(graph))
        .withMessageContaining("\"stem\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.allButLast(6).in(net))
        .withMessage("all but the last 6: there are only 5 layers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.allButLast(-1))
        .withMessage("count must be 0 or more, was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(Layers::at)
        .withMessageStartingWith("give at least one index");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Layers.all()
                    .in(
                        new MultiLayerNetwork(
                            Trained.builder()
                                .list()
                                .layer(Trained.output())
                                .setInputType(InputType.feedForward(2))
                                .build())))
        .withMessage("the network is not initialised; call init() first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.all().in(null))
        .withMessage("the model must be a MultiLayerNetwork or a ComputationGraph, was null");
  }

  @Test
  void twoOfAName() {
    var conf = ((MultiLayerNetwork) net).getLayerWiseConfigurations();
    conf.getConf(0).getLayer().setLayerName("twin");
    conf.getConf(2).getLayer().setLayerName("twin");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.named("twin").in(net))
        .withMessage("2 layers are named \"twin\"; say which by its index");
  }
}
