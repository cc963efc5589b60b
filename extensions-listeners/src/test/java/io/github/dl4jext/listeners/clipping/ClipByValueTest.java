package io.github.dl4jext.listeners.clipping;

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
import static io.github.dl4jext.listeners.clipping.AroundTheStep.numbers;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.onGradient;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.output;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.serialized;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.PluginContract;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;

class ClipByValueTest extends PluginContract<TrainingListener> {

  private static final JsonNode GOLDEN = golden("clipping");

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "clip_by_value(limit=0.25)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("clip_by_value(limit=0.5)", "clip_by_value(limit=0.25, perTimeStep=true)");
  }

  @ParameterizedTest
  @CsvSource({"false, true", "true, true", "false, false", "true, false"})
  void clipsAsPyTorchDoes(boolean asGraph, boolean miniBatch) {
    for (JsonNode expected : GOLDEN.get("values")) {
      double limit = expected.get("limit").asDouble() * (miniBatch ? 1 : 5);
      Model model = clippingNetwork(asGraph, miniBatch);
      var sums = clipped(model, data(GOLDEN), new ClipByValue(limit));
      AroundTheStep.assertGradients(sums, 5, expected.get("gradient"), 1e-12);
    }
  }

  @Test
  void givesTheNumberOfTheClassComment() {
    double[] plant = {3, -0.5, -2};
    assertThat(AroundTheStep.clippedWhenPlanted(new ClipByValue(1), new double[] {1, 1, 1}, plant))
        .containsExactly(1, -0.5, -1);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void keepsNanAndClipsInfinities(DataType type) {
    MultiLayerNetwork network =
        network(base(new Sgd(1)).dataType(type), dense(30, 300, Activation.TANH), output(300, 2));
    INDArray planted = Nd4j.valueArrayOf(new long[] {1, 9902}, -7.0, type);
    for (int i = 1; i + 3 < 9902; i += 5) {
      planted.putScalar(i, Double.NaN);
      planted.putScalar(i + 1, Double.POSITIVE_INFINITY);
      planted.putScalar(i + 2, Double.NEGATIVE_INFINITY);
      planted.putScalar(i + 3, 0.5);
    }
    INDArray[] after = new INDArray[1];
    listen(
        network,
        onGradient(m -> flatGradient(m).assign(planted)),
        new ClipByValue(1),
        onGradient(m -> after[0] = flatGradient(m).dup()));
    fit(network, new DataSet(Nd4j.rand(type, 2, 30), Nd4j.rand(type, 2, 2)));
    double[] clipped = after[0].reshape(9902).toDoubleVector();
    assertThat(clipped[0]).isEqualTo(-2);
    for (int i = 1; i + 3 < clipped.length; i += 5) {
      assertThat(clipped[i]).isNaN();
      assertThat(clipped[i + 1]).isEqualTo(2);
      assertThat(clipped[i + 2]).isEqualTo(-2);
      assertThat(clipped[i + 3]).isEqualTo(0.5);
    }
  }

  @Test
  void leavesTheStatisticsOfBatchNormalizationAlone() {
    DataSet batch = new DataSet(Nd4j.rand(DataType.DOUBLE, 6, 4).addi(3), Nd4j.rand(6, 2));
    MultiLayerNetwork free = normalized(GradientNormalization.None);
    free.fit(batch);
    INDArray right = free.getParam("0_mean").dup();
    assertThat(right.minNumber().doubleValue()).isGreaterThan(0.3);

    MultiLayerNetwork ours = normalized(GradientNormalization.None);
    listen(ours, serialized(new ClipByValue(1e-3)));
    ours.fit(batch);
    assertThat(numbers(ours.getParam("0_mean"))).isEqualTo(numbers(right));
    assertThat(ours.getParam("0_beta").amaxNumber().doubleValue()).isLessThan(1e-3 + 1e-15);

    MultiLayerNetwork theirs = normalized(GradientNormalization.ClipElementWiseAbsoluteValue);
    theirs.fit(batch);
    assertThat(theirs.getParam("0_mean").maxNumber().doubleValue()).isLessThan(0.01);
  }

  private static MultiLayerNetwork normalized(GradientNormalization dl4j) {
    BatchNormalization norm = new BatchNormalization.Builder().nIn(4).nOut(4).build();
    norm.setGradientNormalization(dl4j);
    norm.setGradientNormalizationThreshold(1e-3);
    return network(base(new Sgd(1)), norm, output(4, 2));
  }
}
