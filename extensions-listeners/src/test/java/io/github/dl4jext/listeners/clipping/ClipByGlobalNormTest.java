package io.github.dl4jext.listeners.clipping;

import static io.github.dl4jext.listeners.clipping.AroundTheStep.array;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.base;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.clipped;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.clippingNetwork;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.data;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.dense;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.fit;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.flatGradient;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.golden;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.listen;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.network;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.norm;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.numbers;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.onGradient;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.output;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.serialized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.PluginContract;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
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
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;

class ClipByGlobalNormTest extends PluginContract<TrainingListener> {

  private static final JsonNode GOLDEN = golden("clipping");

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "clip_by_global_norm(maxNorm=0.25, errorIfNonFinite=true)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "clip_by_global_norm(maxNorm=0.5, errorIfNonFinite=true)",
        "clip_by_global_norm(maxNorm=0.25, errorIfNonFinite=false)",
        "clip_by_global_norm(maxNorm=0.25, errorIfNonFinite=true, norm=max)",
        "clip_by_global_norm(maxNorm=0.25, errorIfNonFinite=true, perTimeStep=true)");
  }

  @ParameterizedTest
  @CsvSource({"false, true", "true, true", "false, false", "true, false"})
  void clipsAsPyTorchDoes(boolean asGraph, boolean miniBatch) {
    for (JsonNode expected : GOLDEN.get("norms")) {
      double limit = expected.get("limit").asDouble();
      // without division by the minibatch the gradient is that of the sum, and so is the limit
      double divisor = miniBatch ? 1 : 5;
      Model model = clippingNetwork(asGraph, miniBatch);
      ClipByGlobalNorm clip = new ClipByGlobalNorm(limit * divisor);
      Map<String, INDArray> sums = clipped(model, data(GOLDEN), clip);

      // PyTorch divides by the norm + 1e-6
      AroundTheStep.assertGradients(sums, 5, expected.get("gradient"), 1e-6);
      ClipByGlobalNorm.ClippingReport report = clip.report(model);
      double norm = expected.get("norm").asDouble();
      assertThat(report.norm()).isCloseTo(norm * divisor, within(1e-12 * norm * divisor));
      assertThat(report.clipped()).isEqualTo(norm > limit);
      double after = norm(List.copyOf(sums.values())) / 5;
      assertThat(after).isLessThanOrEqualTo(limit);
      assertThat(after).isCloseTo(Math.min(norm, limit), within(1e-14 * norm));
    }
  }

  @Test
  void givesTheNumberOfTheClassComment() {
    double[] weights = {1, 1};
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1);
    assertThat(AroundTheStep.clippedWhenPlanted(clip, weights, new double[] {3, 4}))
        .containsExactly(new double[] {0.6, 0.8}, within(1e-15));
  }

  @Test
  void keepsADirectionWhichClippingByLayerBends() {
    Model ours = clippingNetwork(false, true);
    INDArray before = ours.params().dup();
    listen(ours, new ClipByGlobalNorm(0.05));
    fit(ours, data(GOLDEN));
    assertThat(ours.params().sub(before).norm2Number().doubleValue())
        .isCloseTo(0.05, within(1e-12));

    MultiLayerNetwork theirs = (MultiLayerNetwork) clippingNetwork(false, true);
    for (int i = 0; i < 2; i++) {
      BaseLayer layer = (BaseLayer) theirs.getLayer(i).conf().getLayer();
      layer.setGradientNormalization(GradientNormalization.ClipL2PerLayer);
      layer.setGradientNormalizationThreshold(0.05);
    }
    fit(theirs, data(GOLDEN));
    assertThat(theirs.params().sub(before).norm2Number().doubleValue())
        .isCloseTo(0.05 * Math.sqrt(2), within(1e-12));
  }

  @Test
  void leavesTheStatisticsOfBatchNormalizationAlone() {
    DataSet batch = new DataSet(Nd4j.rand(DataType.DOUBLE, 6, 4).addi(3), Nd4j.rand(6, 2));
    MultiLayerNetwork free = normalized(GradientNormalization.None);
    free.fit(batch);
    INDArray right = free.getParam("1_mean").dup();
    assertThat(right.minNumber().doubleValue()).isGreaterThan(0.01);

    MultiLayerNetwork ours = normalized(GradientNormalization.None);
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1e-3);
    listen(ours, clip);
    ours.fit(batch);
    assertThat(clip.report(ours).clipped()).isTrue();
    assertThat(numbers(ours.getParam("1_mean"))).isEqualTo(numbers(right));

    MultiLayerNetwork theirs = normalized(GradientNormalization.ClipL2PerLayer);
    theirs.fit(batch);
    assertThat(theirs.getParam("1_mean").maxNumber().doubleValue()).isLessThan(0.01);
  }

  private static MultiLayerNetwork normalized(GradientNormalization dl4j) {
    BatchNormalization norm = new BatchNormalization.Builder().nIn(4).nOut(4).build();
    norm.setGradientNormalization(dl4j);
    norm.setGradientNormalizationThreshold(1e-3);
    MultiLayerNetwork network =
        network(base(new Sgd(1)), dense(4, 4, Activation.IDENTITY), norm, output(4, 2));
    AroundTheStep.set(network, "0_W", Nd4j.eye(4));
    return network;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void frozenParametersNeitherCountNorChange(boolean asGraph) {
    org.deeplearning4j.nn.conf.layers.Layer[] layers = {
      new FrozenLayer(dense(3, 4, Activation.TANH)),
      dense(4, 5, Activation.TANH),
      new BatchNormalization.Builder().nIn(5).nOut(5).build(),
      dense(5, 3, Activation.TANH),
      output(3, 2)
    };
    Model model =
        asGraph ? AroundTheStep.graph(base(new Sgd(1)), layers) : network(base(new Sgd(1)), layers);
    ((BaseLayer) layer(model, 3).conf().getLayer()).setIUpdater(new NoOp());
    INDArray planted = Nd4j.arange(100, 187).castTo(DataType.DOUBLE);
    INDArray[] after = new INDArray[1];
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1);
    listen(
        model,
        onGradient(m -> flatGradient(m).assign(planted)),
        clip,
        onGradient(m -> after[0] = flatGradient(m).dup()));
    fit(model, new DataSet(Nd4j.rand(DataType.DOUBLE, 2, 3), Nd4j.rand(DataType.DOUBLE, 2, 2)));

    double sum = 0;
    for (int i = 0; i < planted.length(); i++) {
      // layer 0: 16, 1: 25, gamma and beta: 10, mean and deviation: 10, 3: 18, output: 8
      boolean counts = (i >= 16 && i < 51) || i >= 79;
      if (counts) {
        sum += planted.getDouble(i) * planted.getDouble(i);
      } else {
        assertThat(after[0].getDouble(i)).isEqualTo(planted.getDouble(i));
      }
    }
    assertThat(planted.length()).isEqualTo(87);
    assertThat(clip.report(model).norm()).isCloseTo(Math.sqrt(sum) / 2, within(1e-9));
    for (int i = 79; i < 87; i++) {
      assertThat(after[0].getDouble(i))
          .isCloseTo(planted.getDouble(i) * 2 / Math.sqrt(sum), within(1e-12));
    }
  }

  private static org.deeplearning4j.nn.api.Layer layer(Model model, int index) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayer(index)
        : ((org.deeplearning4j.nn.graph.ComputationGraph) model).getLayer(index);
  }

  @Test
  void aLayerFrozenWithBackpropagationDoesNotCount() {
    MultiLayerNetwork network =
        network(
            base(new Sgd(1)),
            new FrozenLayerWithBackprop(dense(3, 4, Activation.TANH)),
            output(4, 2));
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1e-3);
    Map<String, INDArray> sums = clipped(network, data(GOLDEN), clip);
    assertThat(norm(List.of(sums.get("1_W"), sums.get("1_b"))) / 5).isCloseTo(1e-3, within(1e-15));
  }

  @Test
  void layersMayBeFrozenMeanwhile() {
    MultiLayerNetwork network = (MultiLayerNetwork) clippingNetwork(false, true);
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1e-3);
    clipped(network, data(GOLDEN), clip);
    ((BaseLayer) network.getLayer(0).conf().getLayer()).setIUpdater(new NoOp());
    Map<String, INDArray> sums = clipped(network, data(GOLDEN), clip);
    assertThat(norm(List.of(sums.get("1_W"), sums.get("1_b"))) / 5).isCloseTo(1e-3, within(1e-15));
    assertThat(norm(List.of(sums.get("0_W"))) / 5).isGreaterThan(0.01);
  }

  @Test
  void reportsEveryNetworkByItself() {
    MultiLayerNetwork one = (MultiLayerNetwork) clippingNetwork(false, true);
    Model other = clippingNetwork(true, true);
    ClipByGlobalNorm clip = new ClipByGlobalNorm(3);
    assertThat(clip.report(one))
        .isEqualTo(new ClipByGlobalNorm.ClippingReport(Double.NaN, false, 0, 0));
    assertThat(clip.report(one).clippedShare()).isZero();
    listen(one, clip);
    listen(other, clip);
    fit(one, data(GOLDEN));
    INDArray x = array(GOLDEN.get("x"));
    for (int i = 0; i < 3; i++) {
      fit(one, new DataSet(x, one.output(x)));
    }
    fit(other, data(GOLDEN));
    assertThat(clip.report(one).steps()).isEqualTo(4);
    assertThat(clip.report(one).clippedSteps()).isEqualTo(1);
    assertThat(clip.report(one).clippedShare()).isEqualTo(0.25);
    assertThat(clip.report(one).clipped()).isFalse();
    assertThat(clip.report(other).steps()).isEqualTo(1);
    assertThat(clip.report(other).clippedShare()).isEqualTo(1);
  }

  @Test
  void nanIsLeftWhereItIs() {
    Model model = clippingNetwork(false, true);
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1e-3);
    INDArray[] gradients = new INDArray[2];
    listen(
        model,
        onGradient(m -> m.gradient().getGradientFor("1_b").putScalar(1, Double.NaN)),
        onGradient(m -> gradients[0] = flatGradient(m).dup()),
        clip,
        onGradient(m -> gradients[1] = flatGradient(m).dup()));
    fit(model, data(GOLDEN));
    assertThat(numbers(gradients[1])).contains(Double.NaN).isEqualTo(numbers(gradients[0]));
    assertThat(clip.report(model).norm()).isNaN();
    assertThat(clip.report(model).clippedShare()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void endsTrainingBeforeTheWeightsAreTouchedIfAsked(double bad) {
    Model model = clippingNetwork(false, true);
    INDArray before = model.params().dup();
    listen(
        model,
        onGradient(m -> m.gradient().getGradientFor("1_W").putScalar(3, bad)),
        new ClipByGlobalNorm(1, true));
    assertThatThrownBy(() -> fit(model, data(GOLDEN)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageStartingWith(
            "clip_by_global_norm: the norm of the gradient must be finite, was "
                + Math.abs(bad)
                + " at iteration 0, first in parameter 1_W.");
    assertThat(numbers(model.params())).isEqualTo(numbers(before));
  }

  @Test
  void worksAfterSerialization() {
    Model model = clippingNetwork(false, true);
    ClipByGlobalNorm clip = serialized(new ClipByGlobalNorm(0.05));
    INDArray before = model.params().dup();
    listen(model, clip);
    fit(model, data(GOLDEN));
    assertThat(model.params().sub(before).norm2Number().doubleValue())
        .isCloseTo(0.05, within(1e-12));
  }
}
