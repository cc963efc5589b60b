package io.github.dl4jext.listeners.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Arguments;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class ProgressBarOnNetworksTest {

  private static final int BATCHES = 3;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** The rate is 0.5 until step 4, and 0.125 from step 5 on, which is the last of epoch 2. */
  private final IUpdater scheduled =
      new Sgd(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.5, 5, 0.125)));

  @Test
  void followsFitOfAMultiLayerNetwork() {
    MultiLayerNetwork network = network(scheduled);
    network.addListeners(lines());
    network.fit(data(), 2);
    assertThat(printed()).hasSize(2);
    assertThat(printed().get(0)).startsWith("epoch 1/2: 3 steps in 0:00, loss ");
    assertThat(printed().get(0)).contains(", rate 0.5, ").endsWith(" left");
    assertThat(printed().get(1)).startsWith("epoch 2/2: 3 steps").endsWith(", rate 0.125");
  }

  @Test
  void followsFitOfAComputationGraph() {
    ComputationGraph graph = network(scheduled).toComputationGraph();
    graph.addListeners(lines());
    graph.fit(data(), 2);
    assertThat(printed().get(0)).contains("epoch 1/2: 3 steps in 0:00", ", rate 0.5, ");
    assertThat(printed().get(1)).startsWith("epoch 2/2: 3 steps").endsWith(", rate 0.125");
  }

  @Test
  void showsNoRateWhereThereIsNone() {
    MultiLayerNetwork network = network(new NoOp());
    network.addListeners(lines());
    network.fit(data());
    assertThat(printed().get(0)).doesNotContain("rate");
  }

  @Test
  void doesNotChangeTraining() {
    MultiLayerNetwork watched = network(scheduled);
    watched.addListeners(lines());
    MultiLayerNetwork alone = network(scheduled);
    watched.fit(data(), 2);
    alone.fit(data(), 2);
    assertThat(watched.params().toDoubleVector()).isEqualTo(alone.params().toDoubleVector());
  }

  private ProgressBar lines() {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new ProgressBar(
        Arguments.of(ProgressBar.EPOCHS, 2), given -> new LineScreen(out, 10), () -> 7);
  }

  private List<String> printed() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static MultiLayerNetwork network(IUpdater updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(updater)
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(5)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    return network;
  }

  private static DataSetIterator data() {
    DataSet all =
        new DataSet(
            Nd4j.linspace(DataType.FLOAT, -1, 0.1, 24).reshape(6, 4),
            Nd4j.linspace(DataType.FLOAT, 0, 0.1, 12).reshape(6, 2));
    return new ListDataSetIterator<>(all.asList(), 6 / BATCHES);
  }
}
