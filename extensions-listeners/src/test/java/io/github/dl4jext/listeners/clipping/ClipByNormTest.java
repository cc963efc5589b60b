package io.github.dl4jext.listeners.clipping;

import static io.github.dl4jext.listeners.clipping.AroundTheStep.base;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.clipped;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.clippingNetwork;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.data;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.dense;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.fit;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.golden;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.graph;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.listen;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.network;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.norm;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.numbers;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.onGradient;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.output;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.serialized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.PluginContract;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
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
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.JsonNode;

class ClipByNormTest extends PluginContract<TrainingListener> {

  private static final JsonNode GOLDEN = golden("clipping");

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "clip_by_norm(maxNorm=0.25)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("clip_by_norm(maxNorm=0.5)", "clip_by_norm(maxNorm=0.25, perTimeStep=true)");
  }

  /** Keras's {@code clip_by_norm}, from the gradients that PyTorch has computed. */
  @ParameterizedTest
  @CsvSource({"false, true", "true, true", "false, false", "true, false"})
  void eachParameterIsClippedByItself(boolean asGraph, boolean miniBatch) {
    Map<String, INDArray> free =
        clipped(clippingNetwork(asGraph, true), data(GOLDEN), new ClipByValue(1e9));
    boolean someClipped = false;
    boolean someNot = false;
    for (double limit : new double[] {0.02, 0.1, 0.3, 1}) {
      Model model = clippingNetwork(asGraph, miniBatch);
      var sums = clipped(model, data(GOLDEN), new ClipByNorm(limit * (miniBatch ? 1 : 5)));
      assertThat(sums.keySet()).isEqualTo(free.keySet());
      for (String key : sums.keySet()) {
        double before = norm(List.of(free.get(key))) / 5;
        double factor = limit / Math.max(limit, before);
        someClipped |= factor < 1;
        someNot |= factor == 1;
        AroundTheStep.assertClose(key, sums.get(key), free.get(key).mul(factor), 1e-12);
        assertThat(norm(List.of(sums.get(key))) / 5).isLessThanOrEqualTo(limit);
      }
    }
    assertThat(someClipped && someNot).isTrue();
  }

  @Test
  void givesTheNumbersOfTheClassComment() {
    MultiLayerNetwork network =
        network(base(new Sgd(1)), dense(2, 1, Activation.TANH), output(1, 2));
    Map<String, INDArray> after = new LinkedHashMap<>();
    listen(
        network,
        onGradient(
            m -> {
              m.gradient().getGradientFor("0_W").assign(Nd4j.createFromArray(3.0, 4).reshape(2, 1));
              m.gradient()
                  .getGradientFor("1_W")
                  .assign(Nd4j.createFromArray(0.3, 0.4).reshape(1, 2));
            }),
        new ClipByNorm(1),
        onGradient(m -> after.putAll(AroundTheStep.gradients(m))));
    fit(network, new DataSet(Nd4j.ones(DataType.DOUBLE, 1, 2), Nd4j.ones(DataType.DOUBLE, 1, 2)));
    assertThat(numbers(after.get("0_W"))).containsExactly(new double[] {0.6, 0.8}, within(1e-15));
    assertThat(numbers(after.get("1_W"))).containsExactly(0.3, 0.4);
  }

  @Test
  void oneThatIsNotFiniteIsLeftAndTheOthersAreClipped() {
    MultiLayerNetwork network =
        network(
            base(new Sgd(1)).dataType(DataType.FLOAT), dense(2, 1, Activation.TANH), output(1, 2));
    Map<String, INDArray> after = new LinkedHashMap<>();
    listen(
        network,
        onGradient(
            m -> {
              m.gradient().getGradientFor("0_W").putScalar(0, Double.NaN).putScalar(1, 7);
              m.gradient().getGradientFor("0_b").assign(0);
              m.gradient().getGradientFor("1_W").assign(3e38);
            }),
        new ClipByNorm(1),
        onGradient(m -> after.putAll(AroundTheStep.gradients(m))));
    fit(network, new DataSet(Nd4j.ones(1, 2), Nd4j.ones(1, 2)));
    assertThat(numbers(after.get("0_W"))).containsExactly(Double.NaN, 7);
    assertThat(numbers(after.get("0_b"))).containsExactly(0);
    assertThat(norm(List.of(after.get("1_W")))).isCloseTo(1, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesFrozenLayersAndStatisticsAlone(boolean asGraph) {
    Layer[] layers = {
      new FrozenLayer(dense(4, 4, Activation.TANH)),
      new BatchNormalization.Builder().nIn(4).nOut(4).build(),
      output(4, 2)
    };
    Model free = asGraph ? graph(base(new Sgd(1)), layers) : network(base(new Sgd(1)), layers);
    Model ours = asGraph ? graph(base(new Sgd(1)), layers) : network(base(new Sgd(1)), layers);
    ours.setParams(free.params().dup());
    INDArray start = free.params().dup();
    DataSet batch = new DataSet(Nd4j.rand(DataType.DOUBLE, 6, 4).addi(3), Nd4j.rand(6, 2));
    fit(free, batch);
    listen(ours, serialized(new ClipByNorm(1e-6)));
    fit(ours, batch);
    assertThat(numbers(ours.getParam("1_mean"))).isEqualTo(numbers(free.getParam("1_mean")));
    assertThat(numbers(ours.getParam("1_log10stdev")))
        .isEqualTo(numbers(free.getParam("1_log10stdev")));
    INDArray moved = ours.params().sub(start);
    assertThat(numbers(ours.getParam("0_W"))).isEqualTo(numbers(free.getParam("0_W")));
    assertThat(moved.norm2Number().doubleValue()).isGreaterThan(0.1); // the statistics
    assertThat(ours.getParam("1_beta").norm2Number().doubleValue()).isCloseTo(1e-6, within(1e-15));
  }

  @Test
  void theThreeParametersOfARecurrentLayerHaveALimitEach() {
    MultiLayerNetwork network =
        network(
            base(new Sgd(1)),
            new LSTM.Builder().nIn(3).nOut(4).build(),
            new RnnOutputLayer.Builder(LossFunction.MSE)
                .nIn(4)
                .nOut(2)
                .activation(Activation.IDENTITY)
                .build());
    Map<String, INDArray> sums =
        clipped(
            network,
            new DataSet(
                Nd4j.rand(DataType.DOUBLE, 2, 3, 10), Nd4j.rand(DataType.DOUBLE, 2, 2, 10).addi(5)),
            new ClipByNorm(1e-3).perTimeStep());
    assertThat(sums).containsOnlyKeys("0_W", "0_RW", "0_b", "1_W", "1_b");
    sums.forEach(
        (key, sum) ->
            assertThat(norm(List.of(sum))).as(key).isCloseTo(1e-3 * 2 * 10, within(1e-14)));
  }
}
