package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.Optimizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Schedules, the ends of epochs and a restored model, where a step is made of several minibatches.
 */
class StepsOfSeveralMinibatchesTest {

  private static OutputLayer oneWeight() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(1)
        .nOut(1)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static Network network(boolean asGraph, Optimizer rule) {
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder().dataType(DataType.DOUBLE);
    Model model =
        asGraph
            ? new ComputationGraph(
                rule.configure(
                    base.graphBuilder()
                        .addInputs("in")
                        .addLayer("out", oneWeight(), "in")
                        .setOutputs("out")
                        .build()))
            : new MultiLayerNetwork(rule.configure(base.list().layer(oneWeight()).build()));
    model.init();
    model.params().assign(0);
    return Network.of(model);
  }

  /** Minibatches of one example; the gradient of the weight w is {@code 2 (w - label)}. */
  private static ListDataSetIterator<DataSet> epoch(double... labels) {
    List<DataSet> batches = new ArrayList<>();
    for (double label : labels) {
      batches.add(
          new DataSet(
              Nd4j.ones(DataType.DOUBLE, 1, 1), Nd4j.createFromArray(new double[][] {{label}})));
    }
    return new ListDataSetIterator<>(batches, 1);
  }

  private static double weight(Network network) {
    return network.parameters().getDouble(0);
  }

  private static ISchedule rates(ScheduleType type, double first, double second, double third) {
    return new MapSchedule.Builder(type).add(0, first).add(1, second).add(2, third).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAnEpochLeavesOverGoesOnInTheNext(boolean asGraph) {
    Network net =
        network(
            asGraph,
            new GradientAccumulation(new SGD(rates(ScheduleType.ITERATION, 0.5, 0.25, 0.125)), 2));
    net.fitEpoch(epoch(1, 3, 5));
    // the mean gradient of the first two is -4
    assertThat(weight(net)).isEqualTo(2);
    net.fitEpoch(epoch(7, 4, 6));
    // -6 and -10 at 2, then -0 and -4 at 4
    double second = 2 + 0.25 * 8;
    assertThat(weight(net)).isCloseTo(second + 0.125 * 2, within(1e-15));
  }

  @Test
  void aScheduleOfEpochsGoesByTheEpochThatCompletesAStep() {
    Network net =
        network(
            false,
            new GradientAccumulation(new SGD(rates(ScheduleType.EPOCH, 0.5, 0.25, 0.125)), 2));
    net.fitEpoch(epoch(1, 3, 5));
    net.fitEpoch(epoch(7));
    assertThat(weight(net)).isEqualTo(2 + 0.25 * 8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lookaheadGoesOnOverEpochsAndByItsOwnSchedule(boolean asGraph) {
    Network net =
        network(
            asGraph, new Lookahead(new SGD(rates(ScheduleType.ITERATION, 0.5, 0.25, 0.5)), 2, 0.5));
    net.fitEpoch(epoch(1));
    assertThat(weight(net)).isEqualTo(1);
    net.fitEpoch(epoch(3, 4));
    // 1 + 0.25 * 4 = 2, half of the way from 0 is 1; then 1 + 0.5 * 6
    assertThat(weight(net)).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"accumulation", "lookahead", "both"})
  void aModelSavedInTheMiddleGoesOn(String which) throws IOException {
    Optimizer inner = new AdamW(0.1, 0.5);
    Optimizer ahead = new Lookahead(inner, 2, 0.5);
    Optimizer rule =
        switch (which) {
          case "accumulation" -> new GradientAccumulation(inner, 3);
          case "lookahead" -> new Lookahead(inner, 3, 0.5);
          default -> new GradientAccumulation(ahead, 3);
        };
    for (int saved = 1; saved < 9; saved++) {
      Network net = network(false, rule);
      for (int i = 0; i < saved; i++) {
        net.fit(epoch(i + 1).next());
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ModelSerializer.writeModel(net.model(), bytes, true);
      Network restored =
          Network.of(
              ModelSerializer.restoreMultiLayerNetwork(
                  new ByteArrayInputStream(bytes.toByteArray())));
      for (int i = saved; i < 14; i++) {
        net.fit(epoch(i + 1).next());
        restored.fit(epoch(i + 1).next());
        assertThat(weight(restored)).as("saved after %d, at %d", saved, i).isEqualTo(weight(net));
      }
    }
  }
}
