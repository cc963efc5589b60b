package io.github.dl4jext.regularization.penalties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.ByLength;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.testkit.fixtures.SmallNetworks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

class RegularizationsTest {

  private static final double RATE = 0.5;

  /** How much more a parameter shrinks in a step, as a share of itself, than it would without. */
  private static double pull(Model with, Model without, String parameter) {
    INDArray before = without.getParam(parameter).dup();
    fit(with);
    fit(without);
    INDArray share = without.getParam(parameter).sub(with.getParam(parameter)).div(before);
    assertThat(share.maxNumber().doubleValue())
        .as("the same share of each weight")
        .isCloseTo(share.minNumber().doubleValue(), within(1e-9));
    return share.meanNumber().doubleValue();
  }

  private static void fit(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(SmallNetworks.data());
    } else {
      ((ComputationGraph) model).fit(SmallNetworks.data());
    }
  }

  private static MultiLayerNetwork plain() {
    return SmallNetworks.network(SmallNetworks.layers());
  }

  @Test
  void actsOnceWhicheverWayItIsInstalled() throws IOException {
    for (Regularization term : List.of(new L2(0.1), new WeightDecay(0.1))) {
      MultiLayerConfiguration conf = Regularizations.onWeights(SmallNetworks.layers(), term);
      MultiLayerNetwork live = Regularizations.onWeights(plain(), term);
      List<MultiLayerNetwork> networks =
          List.of(
              SmallNetworks.network(conf.clone()),
              SmallNetworks.network(MultiLayerConfiguration.fromJson(conf.toJson())),
              live,
              live.clone(),
              SmallNetworks.restored(live),
              Regularizations.onWeights(Regularizations.onWeights(plain(), term), term));
      for (MultiLayerNetwork network : networks) {
        assertThat(pull(network, plain(), "4_W")).isCloseTo(RATE * 0.1, within(1e-9));
      }
      ComputationGraph graph =
          SmallNetworks.network(Regularizations.onWeights(SmallNetworks.graph(), term));
      ComputationGraph plainGraph = SmallNetworks.network(SmallNetworks.graph());
      assertThat(pull(graph, plainGraph, "out_W")).isCloseTo(RATE * 0.1, within(1e-9));
    }
  }

  /** DL4J doubles what is global, but for l1 and l2, which it knows ours to be. */
  @Test
  void aGlobalL2ActsOnceToo() {
    MultiLayerNetwork global =
        SmallNetworks.network(
            SmallNetworks.layers(
                SmallNetworks.base().regularization(new ArrayList<>(List.of(new L2(0.1))))));
    assertThat(pull(global, plain(), "4_W")).isCloseTo(RATE * 0.1, within(1e-9));
  }

  @Test
  void aGlobalWeightDecayOfDl4jIsMended() {
    MultiLayerConfiguration doubled =
        SmallNetworks.layers(SmallNetworks.base().weightDecay(0.1, true));
    assertThat(pull(SmallNetworks.network(doubled.clone()), plain(), "4_W"))
        .as("DL4J's")
        .isCloseTo(RATE * 0.2, within(1e-9));
    Regularizations.onWeights(doubled, new WeightDecay(0.1));
    assertThat(pull(SmallNetworks.network(doubled), plain(), "4_W"))
        .isCloseTo(RATE * 0.1, within(1e-9));
  }

  @Test
  void theScoreHasEachTermOnce() {
    MultiLayerNetwork network =
        Regularizations.onWeights(plain(), new L1(0.2), new L2(0.1), new WeightDecay(0.3));
    INDArray hidden = network.getParam("1_W");
    INDArray out = network.getParam("4_W");
    double expected =
        0.2 * (hidden.norm1Number().doubleValue() + out.norm1Number().doubleValue())
            + 0.05 * (hidden.mul(hidden).sumNumber().doubleValue())
            + 0.05 * (out.mul(out).sumNumber().doubleValue());
    assertThat(network.score(SmallNetworks.data()) - plain().score(SmallNetworks.data()))
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void gainsBiasesAndNormsAreSpared() {
    MultiLayerNetwork with = Regularizations.onWeights(plain(), new WeightDecay(0.1));
    MultiLayerNetwork without = plain();
    with.fit(SmallNetworks.data());
    without.fit(SmallNetworks.data());
    for (String spared : List.of("0_W", "1_g", "1_b", "3_gamma", "3_beta", "4_b")) {
      assertThat(with.getParam(spared).dup().data().asDouble())
          .as(spared)
          .isEqualTo(without.getParam(spared).dup().data().asDouble());
    }
    assertThat(with.getParam("1_W").ravel().toDoubleVector())
        .isNotEqualTo(without.getParam("1_W").ravel().toDoubleVector());
  }

  @Test
  void biasesOnRequest() {
    MultiLayerNetwork with = Regularizations.onBiases(plain(), new WeightDecay(0.1));
    MultiLayerNetwork without = plain();
    with.getParam("4_b").assign(1);
    without.getParam("4_b").assign(1);
    assertThat(pull(with, without, "4_b")).isCloseTo(RATE * 0.1, within(1e-9));
    assertThat(with.getParam("4_W").ravel().toDoubleVector())
        .isEqualTo(without.getParam("4_W").ravel().toDoubleVector());
  }

  @Test
  void termsOfTheUserGiveWayAndThoseOfAnOptimizerStayBehind() {
    MultiLayerConfiguration conf = SmallNetworks.layers();
    BaseLayer out = (BaseLayer) conf.getConf(4).getLayer();
    Regularization optimizers = new OfAnOptimizer();
    out.setRegularization(new ArrayList<>(List.of(new L2Regularization(9), optimizers)));
    Regularizations.onWeights(conf, LayerSelector.named("out"), new L1(0.1), new L2(0.2));
    assertThat(out.getRegularization()).containsExactly(new L1(0.1), new L2(0.2), optimizers);
    Regularizations.onBiases(conf, LayerSelector.named("out"), new L2(0.3));
    Regularizations.remove(conf, LayerSelector.named("out"));
    assertThat(out.getRegularization()).containsExactly(optimizers);
    assertThat(out.getRegularizationBias()).isEmpty();
  }

  @Test
  void removesThoseOfAllLayers() {
    MultiLayerNetwork live = Regularizations.onWeights(plain(), new L2(0.1));
    assertThat(Regularizations.remove(live)).isSameAs(live);
    ComputationGraphConfiguration graph =
        Regularizations.onWeights(SmallNetworks.graph(), new L2(0.1));
    assertThat(Regularizations.remove(graph)).isSameAs(graph);
    List<Node> layers = new ArrayList<>(Network.of(live).nodes());
    layers.addAll(NetworkConfiguration.of(graph).nodes());
    for (Node layer : layers) {
      for (TrainingConfig config : layer.learners()) {
        if (config instanceof BaseLayer base && base.getRegularization() != null) {
          assertThat(base.getRegularization()).as(layer.name()).isEmpty();
        }
      }
    }
  }

  @Test
  void refusesNoneWhichWouldRemoveSilently() {
    assertThatThrownBy(() -> Regularizations.onWeights(plain()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "regularizations: there must be at least one term; to remove the existing ones, call"
                + " Regularizations.remove(network)");
    assertThatThrownBy(() -> Regularizations.onBiases(SmallNetworks.graph(), LayerSelector.all()))
        .hasMessageStartingWith("regularizations: there must be at least one term");
  }

  @Test
  void theGainIsSparedAfterJson() {
    MultiLayerConfiguration conf =
        Regularizations.onWeights(SmallNetworks.layers(), new WeightDecay(0.1));
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(conf.toJson());
    assertThat(read).isEqualTo(conf);
    BaseLayer hidden = (BaseLayer) NetworkConfiguration.of(read).nodes().get(1).learners().get(0);
    assertThat(hidden.getRegularization())
        .hasToString("[WeightDecay(coefficient=0.1) of lengths other than [3]]")
        .containsExactly(ByLength.except(new WeightDecay(0.1), 3).clone());
  }

  @Test
  void weightsThatCannotBeToldFromAGainAreRefused() {
    MultiLayerConfiguration conf =
        SmallNetworks.base()
            .list()
            .layer(new DenseLayer.Builder().name("one").nOut(3).hasLayerNorm(true).build())
            .layer(SmallNetworks.output())
            .setInputType(InputType.feedForward(1))
            .build();
    assertThatThrownBy(() -> Regularizations.onWeights(conf, new L2(0.1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("layer one: with one input its weights cannot be distinguished");
    assertThat(Regularizations.onWeights(conf, LayerSelector.named("out"), new L2(0.1)))
        .isSameAs(conf);
  }

  /** As AdamW's decay: a class that this module does not know. */
  private static final class OfAnOptimizer implements Regularization {

    private static final long serialVersionUID = 1L;

    @Override
    public ApplyStep applyStep() {
      return ApplyStep.POST_UPDATER;
    }

    @Override
    public void apply(INDArray param, INDArray update, double lr, int iteration, int epoch) {
      update.muli(1);
    }

    @Override
    public double score(INDArray param, int iteration, int epoch) {
      return 0;
    }

    @Override
    public Regularization clone() {
      return this;
    }
  }
}
