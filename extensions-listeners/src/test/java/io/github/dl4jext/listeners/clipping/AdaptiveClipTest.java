package io.github.dl4jext.listeners.clipping;

import static io.github.dl4jext.listeners.clipping.AroundTheStep.array;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.assertClose;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.base;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.clipped;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.clippingNetwork;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.data;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.dense;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.fit;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.flatGradient;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.golden;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.gradients;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.listen;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.network;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.onGradient;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.output;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.serialized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.PluginContract;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;

class AdaptiveClipTest extends PluginContract<TrainingListener> {

  private static final JsonNode GOLDEN = golden("clipping");

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "adaptive_clip(clipping=0.02, epsilon=0.01, outputLayers=true)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adaptive_clip(clipping=0.03, epsilon=0.01, outputLayers=true)",
        "adaptive_clip(clipping=0.02, epsilon=0.02, outputLayers=true)",
        "adaptive_clip(clipping=0.02, epsilon=0.01, outputLayers=false)",
        "adaptive_clip(clipping=0.02, epsilon=0.01, outputLayers=true, perTimeStep=true)");
  }

  @ParameterizedTest
  @CsvSource({"false, true", "true, true", "false, false", "true, false"})
  void clipsAsThePaperDoes(boolean asGraph, boolean miniBatch) {
    for (JsonNode expected : GOLDEN.get("adaptive")) {
      Model model = clippingNetwork(asGraph, miniBatch);
      // without division by the minibatch the gradient is five times as long, and so is the limit
      double factor = miniBatch ? 1 : 5;
      AdaptiveClip clip =
          new AdaptiveClip(
              expected.get("clipping").asDouble() * factor,
              expected.get("epsilon").asDouble(),
              true);
      Map<String, INDArray> sums = clipped(model, data(GOLDEN), serialized(clip));
      AroundTheStep.assertGradients(sums, 5, expected.get("gradient"), 1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesOutputLayersOutUnlessAsked(boolean asGraph) {
    Model model = clippingNetwork(asGraph, true);
    Map<String, INDArray> sums = clipped(model, data(GOLDEN), new AdaptiveClip());
    JsonNode raw = GOLDEN.get("gradient");
    JsonNode clipped = GOLDEN.get("adaptive").get(0).get("gradient");
    assertClose("1_W", sums.get("1_W").div(5), array(raw.get("2.weight")), 1e-12);
    assertClose("1_b", sums.get("1_b").div(5), array(raw.get("2.bias")), 1e-12);
    assertClose("0_W", sums.get("0_W").div(5), array(clipped.get("0.weight")), 1e-12);
    assertClose("0_b", sums.get("0_b").div(5), array(clipped.get("0.bias")), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesFrozenLayersAndStatisticsAlone(boolean asGraph) {
    org.deeplearning4j.nn.conf.layers.Layer[] layers = {
      new FrozenLayer(dense(3, 4, Activation.TANH)),
      dense(4, 5, Activation.TANH),
      new BatchNormalization.Builder().nIn(5).nOut(5).build(),
      output(5, 2)
    };
    Model model =
        asGraph ? AroundTheStep.graph(base(new Sgd(1)), layers) : network(base(new Sgd(1)), layers);
    INDArray[] after = new INDArray[1];
    listen(
        model,
        onGradient(m -> flatGradient(m).assign(1000)),
        new AdaptiveClip(),
        onGradient(m -> after[0] = flatGradient(m).dup()));
    fit(model, new DataSet(Nd4j.rand(DataType.DOUBLE, 2, 3), Nd4j.rand(DataType.DOUBLE, 2, 2)));
    for (int i = 0; i < after[0].length(); i++) {
      // layer 0: 16, 1: 25, gamma and beta: 10, mean and deviation: 10, output: 12
      if (i >= 16 && i < 51) {
        assertThat(after[0].getDouble(i)).isBetween(0.0, 10.0);
      } else {
        assertThat(after[0].getDouble(i)).isEqualTo(1000);
      }
    }
  }

  @Test
  void givesTheNumberOfTheClassComment() {
    double[] weights = {3, 4};
    assertThat(AroundTheStep.clippedWhenPlanted(new AdaptiveClip(), weights, new double[] {0, 1}))
        .containsExactly(new double[] {0, 0.05}, within(1e-15));
  }

  @Test
  void aUnitThatIsNotFiniteIsLeftAsItIs() {
    MultiLayerNetwork network = (MultiLayerNetwork) clippingNetwork(false, true);
    INDArray[] after = new INDArray[1];
    listen(
        network,
        onGradient(
            m -> {
              INDArray gradient = m.gradient().getGradientFor("0_W").assign(1000);
              gradient.putScalar(0, 1, Double.NaN);
              gradient.putScalar(2, 3, Double.POSITIVE_INFINITY);
            }),
        new AdaptiveClip(),
        onGradient(m -> after[0] = gradients(m).get("0_W")));
    fit(network, data(GOLDEN));
    for (int row = 0; row < 3; row++) {
      assertThat(after[0].getDouble(row, 0)).isBetween(0.0, 1.0);
      assertThat(after[0].getDouble(row, 1))
          .isEqualTo(Double.valueOf(row == 0 ? Double.NaN : 1000));
      assertThat(after[0].getDouble(row, 2)).isBetween(0.0, 1.0);
      assertThat(after[0].getDouble(row, 3)).isEqualTo(row == 2 ? Double.POSITIVE_INFINITY : 1000);
    }
  }

  @Test
  void aNormThatFitsNoFloatIsClippedRight() {
    MultiLayerNetwork network =
        network(
            base(new Sgd(1)).dataType(DataType.FLOAT),
            dense(100, 3, Activation.TANH),
            output(3, 2));
    AroundTheStep.set(network, "0_W", Nd4j.ones(100, 3).muli(0.5));
    INDArray[] after = new INDArray[1];
    listen(
        network,
        onGradient(m -> m.gradient().getGradientFor("0_W").assign(1e38)),
        new AdaptiveClip(),
        onGradient(m -> after[0] = gradients(m).get("0_W")));
    fit(network, new DataSet(Nd4j.rand(2, 100), Nd4j.rand(2, 2)));
    // |w| = 5, so |g| is to be 0.05, times two examples
    assertThat(after[0].minNumber().doubleValue()).isBetween(0.00999, 0.01001);
    assertThat(after[0].maxNumber().doubleValue()).isBetween(0.00999, 0.01001);
  }
}
