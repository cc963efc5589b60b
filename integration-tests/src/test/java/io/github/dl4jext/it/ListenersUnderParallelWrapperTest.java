package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.diagnosis.GradientMonitor;
import io.github.dl4jext.listeners.diagnosis.LearningRateLog;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Two workers call the same listeners for a model each. */
class ListenersUnderParallelWrapperTest {

  private static final int BATCH = 8;
  private static final int BATCHES = 20;

  @Test
  void eachModelIsWatchedOnItsOwn() {
    MultiLayerNetwork net = network();
    List<GradientMonitor.ParameterNorms> moves = Collections.synchronizedList(new ArrayList<>());
    List<LearningRateLog.AppliedRate> rates = Collections.synchronizedList(new ArrayList<>());
    net.setListeners(
        new StopOnNaN(),
        new GradientMonitor(1, moves::addAll),
        new LearningRateLog(1, rates::addAll));
    ParallelWrapper wrapper = wrapper(net);
    try {
      wrapper.fit(new ListDataSetIterator<>(rows(), BATCH));
    } finally {
      wrapper.shutdown();
    }
    assertThat(rates).hasSize(BATCHES * 2).allMatch(row -> row.rate() == 0.25);
    assertThat(moves).hasSize(BATCHES * 4);
    // With Sgd the update is the rate times the gradient: numbers of two models would not agree.
    assertThat(moves)
        .allSatisfy(
            row ->
                assertThat(row.updateNorm() / row.gradientNorm())
                    .isBetween(0.25 * (1 - 1e-5), 0.25 * (1 + 1e-5)));
    assertThat(moves.stream().map(GradientMonitor.ParameterNorms::gradientNorm).distinct().count())
        .isGreaterThan(BATCHES * 2L);
  }

  /** The wrapper's fit ends with the worker's exception, and the network is still good. */
  @Test
  void nanInOneWorkerEndsTraining() {
    MultiLayerNetwork net = network();
    net.setListeners(new StopOnNaN());
    List<DataSet> rows = rows();
    rows.get(60).getFeatures().putScalar(0, Double.NaN);
    ParallelWrapper wrapper = wrapper(net);
    try {
      assertThatThrownBy(() -> wrapper.fit(new ListDataSetIterator<>(rows, BATCH)))
          .hasRootCauseInstanceOf(TrainingDivergedException.class);
    } finally {
      wrapper.shutdown();
    }
    assertThat(net.params().sumNumber().doubleValue()).isFinite();
  }

  /** Workers overtake each other: a file of another one's later step is of the same training. */
  @RepeatedTest(5)
  @Timeout(60)
  void workersMayCheckpointTheirSteps(@TempDir Path folder) {
    MultiLayerNetwork net = network();
    Checkpoint checkpoint = Checkpoint.builder(folder).everySteps(1).everyEpochs(0).build();
    net.setListeners(checkpoint);
    ParallelWrapper wrapper = wrapper(net);
    try {
      wrapper.fit(new ListDataSetIterator<>(rows(), BATCH));
    } finally {
      wrapper.shutdown();
    }
    assertThat(checkpoint.latest()).isPresent();
    net.setListeners(new Checkpoint(folder));
    net.setIterationCount(0);
    assertThatThrownBy(() -> net.fit(rows().get(0)))
        .as("of another listener they are another training's")
        .hasMessageContaining("folder must have no checkpoints of later steps");
  }

  /** One worker has saved before the other has begun. */
  @Test
  void aWorkerMayBeginLate(@TempDir Path folder) throws Exception {
    Checkpoint checkpoint = Checkpoint.builder(folder).everySteps(1).everyEpochs(0).build();
    MultiLayerNetwork early = network();
    MultiLayerNetwork late = network();
    early.setListeners(checkpoint);
    late.setListeners(checkpoint);
    early.fit(rows().get(0));
    early.fit(rows().get(1));
    Thread worker = new Thread(() -> late.fit(rows().get(0)));
    worker.start();
    worker.join();
    assertThat(late.getIterationCount()).isEqualTo(1);
    assertThatThrownBy(() -> network(checkpoint).fit(rows().get(0)))
        .as("of the same thread it is another training")
        .hasMessageContaining("folder must have no checkpoints of later steps");
  }

  private static MultiLayerNetwork network(TrainingListener listener) {
    MultiLayerNetwork net = network();
    net.setListeners(listener);
    return net;
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(new Sgd(0.25))
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(5).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(5)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static ParallelWrapper wrapper(MultiLayerNetwork net) {
    return new ParallelWrapper.Builder<>(net)
        .workers(2)
        .prefetchBuffer(4)
        .averagingFrequency(2)
        .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
        .build();
  }

  private static List<DataSet> rows() {
    Random random = new Random(3);
    List<DataSet> rows = new ArrayList<>();
    for (int i = 0; i < BATCH * BATCHES; i++) {
      float[] x = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
      rows.add(
          new DataSet(
              Nd4j.createFromArray(x).reshape(1, 3),
              Nd4j.createFromArray(x[0] - x[1] * x[2]).reshape(1, 1)));
    }
    return rows;
  }
}
