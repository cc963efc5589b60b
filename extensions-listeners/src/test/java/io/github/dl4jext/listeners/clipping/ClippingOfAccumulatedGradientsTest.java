package io.github.dl4jext.listeners.clipping;

import static io.github.dl4jext.listeners.clipping.AroundTheStep.base;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.dense;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.fit;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.graph;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.listen;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.network;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.numbers;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm.ClippingReport;
import io.github.dl4jext.optimizers.GradientAccumulation;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.spi.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;

/** A step of several minibatches is clipped as one of a large minibatch is. */
class ClippingOfAccumulatedGradientsTest {

  private static final int MINIBATCHES = 3;
  private static final int EXAMPLES = 4;

  private static Model model(boolean asGraph, DataType type, boolean miniBatch, Optimizer rule) {
    NeuralNetConfiguration.Builder base =
        base(new Sgd(1))
            .dataType(type)
            .miniBatch(miniBatch)
            .regularization(new ArrayList<>(List.of(new L2Regularization(0.2))));
    Layer[] layers = {
      new FrozenLayer(dense(3, 4, Activation.TANH)), dense(4, 5, Activation.TANH), output(5, 2)
    };
    Model model = asGraph ? graph(base, layers) : network(base, layers);
    rule.configure(model);
    return model;
  }

  static Stream<Arguments> aStepOfSeveralIsClippedAsOneLargeMinibatch() {
    List<TrainingListener> clips =
        List.of(
            new ClipByGlobalNorm(0.3),
            new ClipByGlobalNorm(0.3).withNorm(NormType.L1),
            new ClipByNorm(0.1),
            new ClipByValue(0.05),
            new AdaptiveClip(0.02, 1e-3, true));
    return clips.stream()
        .flatMap(clip -> Stream.of(true, false).map(graph -> Arguments.of(clip, graph)));
  }

  @ParameterizedTest
  @MethodSource
  void aStepOfSeveralIsClippedAsOneLargeMinibatch(TrainingListener clip, boolean asGraph) {
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      Nd4j.getRandom().setSeed(11);
      Optimizer rule = new Momentum(0.3, 0.9);
      Model large = model(asGraph, type, true, rule);
      Model several = model(asGraph, type, true, new GradientAccumulation(rule, MINIBATCHES));
      Model unclipped = model(asGraph, type, true, rule);
      listen(large, clip);
      listen(several, clip);
      for (int step = 0; step < 4; step++) {
        DataSet data =
            new DataSet(
                Nd4j.randn(type, MINIBATCHES * EXAMPLES, 3),
                Nd4j.randn(type, MINIBATCHES * EXAMPLES, 2).muli(3));
        fit(large, data);
        fit(unclipped, data);
        data.batchBy(EXAMPLES).forEach(part -> fit(several, part));
        assertThat(numbers(several.params()))
            .as("%s in %s, step %d", clip, type, step)
            .containsExactly(
                numbers(large.params()), within(type == DataType.DOUBLE ? 1e-12 : 2e-6));
      }
      assertThat(several.params().distance2(unclipped.params())).isGreaterThan(0.01);
    }
  }

  @Test
  void withoutDivisionTheLimitIsForTheMeanOfTheSums() {
    Optimizer rule = new SGD(0.1);
    Model large = model(false, DataType.DOUBLE, false, rule);
    Model several = model(false, DataType.DOUBLE, false, new GradientAccumulation(rule, 2));
    ClipByGlobalNorm clip = new ClipByGlobalNorm(0.3);
    listen(large, clip);
    listen(several, clip);
    DataSet same = new DataSet(Nd4j.ones(DataType.DOUBLE, 2, 3), Nd4j.ones(DataType.DOUBLE, 2, 2));
    fit(large, same);
    fit(several, same);
    fit(several, same);
    assertThat(numbers(several.params())).containsExactly(numbers(large.params()), within(1e-14));
  }

  @Test
  void theReportCountsStepsAndTheirMeanGradient() {
    MultiLayerNetwork net = oneWeightPerFeature(new GradientAccumulation(new SGD(1), 2));
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1);
    net.setListeners(clip);
    net.fit(example(2, 0, -1));
    assertThat(clip.report(net).steps()).isZero();
    assertThat(numbers(net.params())).containsOnly(0.0);
    net.fit(example(0, 1, -1));
    ClippingReport report = clip.report(net);
    assertThat(report.steps()).isEqualTo(1);
    assertThat(report.clippedSteps()).isEqualTo(1);
    // gradients (4, 0) and (0, 2), their mean (2, 1)
    assertThat(report.norm()).isCloseTo(Math.sqrt(5), within(1e-12));
    assertThat(numbers(net.params()))
        .containsExactly(new double[] {-2 / Math.sqrt(5), -1 / Math.sqrt(5)}, within(1e-12));
  }

  @Test
  void aStepWithinTheLimitIsNotTouched() {
    Optimizer rule = new GradientAccumulation(new Momentum(0.1, 0.9), 2);
    Model clipped = model(false, DataType.FLOAT, true, rule);
    Model plain = model(false, DataType.FLOAT, true, rule);
    listen(
        clipped,
        new ClipByGlobalNorm(1e6),
        new ClipByNorm(1e6),
        new ClipByValue(1e6),
        new AdaptiveClip(1e6, 1, true));
    for (int i = 0; i < 4; i++) {
      DataSet data = new DataSet(Nd4j.rand(DataType.FLOAT, 2, 3), Nd4j.rand(DataType.FLOAT, 2, 2));
      fit(clipped, data);
      fit(plain, data);
    }
    assertThat(numbers(clipped.params())).isEqualTo(numbers(plain.params()));
  }

  @Test
  void batchNormalizationHandsItsStatisticsOn() {
    Layer[] layers = {new BatchNormalization.Builder().nIn(3).nOut(3).build(), output(3, 2)};
    MultiLayerNetwork clipped = network(base(new Sgd(1)), layers);
    MultiLayerNetwork plain = clipped.clone();
    for (MultiLayerNetwork net : List.of(clipped, plain)) {
      new GradientAccumulation(new SGD(0.1), 2).configure(net);
    }
    clipped.setListeners(new ClipByGlobalNorm(1e-9));
    for (int i = 0; i < 2; i++) {
      DataSet data =
          new DataSet(Nd4j.rand(DataType.DOUBLE, 4, 3), Nd4j.rand(DataType.DOUBLE, 4, 2));
      clipped.fit(data);
      plain.fit(data);
    }
    for (String statistic : List.of("0_mean", "0_log10stdev")) {
      assertThat(numbers(clipped.getParam(statistic)))
          .isEqualTo(numbers(plain.getParam(statistic)));
    }
  }

  private static MultiLayerNetwork oneWeightPerFeature(Optimizer rule) {
    MultiLayerNetwork net =
        network(
            base(new Sgd(1)),
            new org.deeplearning4j.nn.conf.layers.OutputLayer.Builder(
                    org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction.MSE)
                .nIn(2)
                .nOut(1)
                .hasBias(false)
                .activation(Activation.IDENTITY)
                .build());
    net.params().assign(0);
    rule.configure(net);
    return net;
  }

  /** One example, whose gradient is {@code -2 label features} where the weights are 0. */
  private static DataSet example(double x1, double x2, double label) {
    return new DataSet(
        Nd4j.createFromArray(new double[][] {{x1, x2}}),
        Nd4j.createFromArray(new double[][] {{label}}));
  }
}
