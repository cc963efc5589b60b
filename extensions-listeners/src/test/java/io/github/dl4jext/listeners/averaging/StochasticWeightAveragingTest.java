package io.github.dl4jext.listeners.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.clipping.AroundTheStep;
import io.github.dl4jext.spi.InvalidArgumentException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;

class StochasticWeightAveragingTest extends WeightAverageContract {

  @Override
  protected String spec() {
    return "swa(startStep=3, every=2, startEpoch=1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "swa(startStep=4, every=2, startEpoch=1)",
        "swa(startStep=3, every=1, startEpoch=1)",
        "swa(startStep=3, every=2, startEpoch=2)",
        "swa(startEpoch=1, everyEpochs=1)");
  }

  @Override
  WeightAverage likePyTorch() {
    return new StochasticWeightAveraging(2, 2);
  }

  @Override
  String nameInGolden() {
    return "swa";
  }

  @Override
  WeightAverage everyStep() {
    return new StochasticWeightAveraging();
  }

  @Test
  void isThePlainMean() {
    MultiLayerNetwork network = network();
    StochasticWeightAveraging swa = new StochasticWeightAveraging();
    double[] weights = {1, 2, 6};
    for (int i = 0; i < weights.length; i++) {
      network.params().assign(weights[i]);
      swa.iterationDone(network, i, 0);
    }
    // the number of the class comment
    assertThat(swa.averaged(network).params().getDouble(0)).isCloseTo(3, within(1e-15));
  }

  @Test
  void countsIterationsAndEpochsOfTheNetwork() {
    MultiLayerNetwork network = network();
    StochasticWeightAveraging steps = new StochasticWeightAveraging(5, 3);
    StochasticWeightAveraging late = new StochasticWeightAveraging(0, 1, 2, 0);
    StochasticWeightAveraging epochs = StochasticWeightAveraging.everyEpoch(1);
    StochasticWeightAveraging other = new StochasticWeightAveraging(0, 1, 1, 2);
    network.setListeners(steps, late, epochs, other);
    network.fit(iterator(), 4);
    assertThat(network.getIterationCount()).isEqualTo(32);
    assertThat(steps.count(network)).as("5, 8, ... 29").isEqualTo(9);
    assertThat(late.count(network)).as("epochs 2 and 3 of 8 steps").isEqualTo(16);
    assertThat(epochs.count(network)).as("1, 2, 3").isEqualTo(3);
    assertThat(other.count(network)).as("1, 3").isEqualTo(2);

    ComputationGraph graph =
        AroundTheStep.graph(
            AroundTheStep.base(new Sgd(0.1)),
            AroundTheStep.dense(3, 4, Activation.TANH),
            AroundTheStep.output(4, 2));
    graph.setListeners(epochs);
    graph.fit(iterator(), 3);
    assertThat(epochs.count(graph)).isEqualTo(2);
  }

  @Test
  void takesEitherIterationsOrEpochs() {
    assertThatThrownBy(() -> new StochasticWeightAveraging(3, 2, 0, 1))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining(
            "stochastic_weight_averaging: every must be 1 where everyEpochs is above 0, was 2")
        .hasMessageContaining(
            "stochastic_weight_averaging: startStep must be 0 where everyEpochs is above 0, was 3");
  }

  @Test
  void statisticsAreNotAveraged() {
    MultiLayerNetwork network = (MultiLayerNetwork) normalized(false, true);
    ComputationGraph graph = (ComputationGraph) normalized(true, true);
    StochasticWeightAveraging swa = new StochasticWeightAveraging();
    network.setListeners(swa);
    graph.setListeners(swa);
    network.fit(batches().get(0));
    graph.fit(batches().get(0));
    String message =
        "stochastic_weight_averaging: the network has batch normalization, whose statistics do not"
            + " fit averaged weights; give training data: averaged(network, data)";
    assertThatThrownBy(() -> swa.averaged(network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> swa.averaged(graph))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
  }

  private static MultiLayerNetwork network() {
    return AroundTheStep.network(
        AroundTheStep.base(new Sgd(0.1)),
        AroundTheStep.dense(3, 4, Activation.TANH),
        AroundTheStep.output(4, 2));
  }
}
