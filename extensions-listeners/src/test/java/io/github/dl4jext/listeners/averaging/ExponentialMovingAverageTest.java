package io.github.dl4jext.listeners.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.clipping.AroundTheStep;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

class ExponentialMovingAverageTest extends WeightAverageContract {

  @Override
  protected String spec() {
    return "ema(decay=0.95, warmup=true)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("ema(decay=0.96, warmup=true)", "ema(decay=0.95, warmup=false)");
  }

  @Override
  WeightAverage likePyTorch() {
    return new ExponentialMovingAverage(GOLDEN.get("decay").asDouble());
  }

  @Override
  String nameInGolden() {
    return "ema";
  }

  @Override
  WeightAverage everyStep() {
    return new ExponentialMovingAverage(0.9);
  }

  @Test
  void fadesOut() {
    // the number of the class comment
    assertThat(averageOf(new ExponentialMovingAverage(0.9), 1, 2, 3))
        .isCloseTo(1.29, within(1e-15));
    assertThat(averageOf(new ExponentialMovingAverage(0), 1, 2, 3)).isEqualTo(3);
    assertThat(averageOf(new ExponentialMovingAverage(), 1, 2)).isCloseTo(1.001, within(1e-15));
    assertThat(averageOf(new ExponentialMovingAverage(0.9), 1, Double.NaN, 3)).isNaN();
  }

  @Test
  void startsLowWithWarmup() {
    // decays 2/11, then 3/12, then the limit
    double second = 2 / 11.0 * 1 + 9 / 11.0 * 2;
    double third = 0.25 * second + 0.75 * 3;
    assertThat(averageOf(new ExponentialMovingAverage(0.9, true), 1, 2, 3))
        .isCloseTo(third, within(1e-15));
    assertThat(averageOf(new ExponentialMovingAverage(0.2, true), 1, 2, 3))
        .isCloseTo(0.2 * second + 0.8 * 3, within(1e-15));
  }

  /** The average of the first weight, when all weights are one number after another. */
  private static double averageOf(ExponentialMovingAverage ema, double... weights) {
    MultiLayerNetwork network =
        AroundTheStep.network(
            AroundTheStep.base(new Sgd(0.1)),
            AroundTheStep.dense(3, 4, Activation.TANH),
            AroundTheStep.output(4, 2));
    for (double weight : weights) {
      network.params().assign(weight);
      ema.iterationDone(network, 0, 0);
    }
    return ema.averaged(network).params().getDouble(0);
  }

  @Test
  void averagesStatisticsWhereThereIsNoData() {
    MultiLayerNetwork network = (MultiLayerNetwork) normalized(false, false);
    ComputationGraph graph = (ComputationGraph) normalized(true, false);
    ExponentialMovingAverage ema = new ExponentialMovingAverage(0.5);
    network.setListeners(ema);
    graph.setListeners(ema);
    network.fit(batches().get(0));
    graph.fit(batches().get(0));
    double first = network.getParam("1_var").getDouble(2);
    network.fit(batches().get(1));
    graph.fit(batches().get(1));
    double mean = (first + network.getParam("1_var").getDouble(2)) / 2;
    assertThat(ema.averaged(network).getParam("1_var").getDouble(2)).isCloseTo(mean, within(1e-15));
    assertThat(ema.averaged(graph).getParam("1_var").getDouble(2)).isCloseTo(mean, within(1e-15));
  }

  @Test
  void averagesHalves() {
    MultiLayerNetwork network =
        AroundTheStep.network(
            AroundTheStep.base(new Sgd(0.1)).dataType(DataType.FLOAT16),
            AroundTheStep.dense(3, 4, Activation.TANH),
            AroundTheStep.output(4, 2));
    ExponentialMovingAverage ema = new ExponentialMovingAverage(0.5);
    for (double weight : new double[] {1, 2, 4}) {
      network.params().assign(weight);
      ema.iterationDone(network, 0, 0);
    }
    assertThat(ema.averaged(network).params().getDouble(5)).isEqualTo(2.75);
  }
}
