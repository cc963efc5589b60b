package io.github.dl4jext.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.clipping.AdaptiveClip;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException;
import io.github.dl4jext.network.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** DL4J's own wrapper: what our listeners throw comes out of its fit, whichever worker it hits. */
class PlainWrapperTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  static Stream<Arguments> everyWay() {
    return Stream.of(TrainingMode.AVERAGING, TrainingMode.SHARED_GRADIENTS)
        .flatMap(
            mode ->
                Stream.of(false, true)
                    .flatMap(
                        graph -> Stream.of(0, 1).map(worker -> Arguments.of(mode, graph, worker))));
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void nanInOneWorkerEndsTraining(TrainingMode mode, boolean graph, int worker) {
    assertEnds(mode, graph, worker, TrainingDivergedException.class, new StopOnNaN());
    assertEnds(mode, graph, worker, ArithmeticException.class, new ClipByGlobalNorm(1, true));
    assertEnds(
        mode,
        graph,
        worker,
        TrainingDivergedException.class,
        new History(),
        new StopOnNaN(),
        new ClipByValue(1),
        new AdaptiveClip());
  }

  /** The updates before are good, so that the bad one is undone where it was found. */
  private static void assertEnds(
      TrainingMode mode,
      boolean graph,
      int worker,
      Class<? extends Throwable> type,
      TrainingListener... listeners) {
    List<DataSet> batches = batches();
    batches.get(4 + worker).getFeatures().putScalar(0, Double.NaN);
    Model net = network(graph);
    net.setListeners(listeners);
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          ParallelWrapper wrapper = wrapper(net, mode);
          assertThatThrownBy(() -> wrapper.fit(new ExistingDataSetIterator(batches)))
              .hasRootCauseInstanceOf(type);
          wrapper.shutdown();
        });
    assertThat(net.params().sumNumber().doubleValue()).isFinite();
    assertThat(Network.of(net).progress().iterations()).isBetween(2, 3);
  }

  /** A checkpoint that is not the last listener says so before the first update. */
  @ParameterizedTest
  @MethodSource("everyWay")
  void aRefusalEndsTraining(TrainingMode mode, boolean graph, int worker, @TempDir Path folder) {
    Model net = network(graph);
    net.setListeners(new Checkpoint(folder), new ClipByGlobalNorm(1));
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          ParallelWrapper wrapper = wrapper(net, mode);
          assertThatThrownBy(() -> wrapper.fit(new ExistingDataSetIterator(batches())))
              .hasRootCauseInstanceOf(IllegalStateException.class)
              .hasStackTraceContaining("last");
          wrapper.shutdown();
        });
    assertThat(net.params().sumNumber().doubleValue()).isFinite();
  }

  private static ParallelWrapper wrapper(Model net, TrainingMode mode) {
    return new ParallelWrapper.Builder<>(net)
        .workers(2)
        .prefetchBuffer(0)
        .trainingMode(mode)
        .build();
  }

  private static Model network(boolean graph) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(new Adam(0.01))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return graph ? net.toComputationGraph() : net;
  }

  private static List<DataSet> batches() {
    return Stream.generate(() -> new DataSet(Nd4j.rand(4, 3), Nd4j.rand(4, 1))).limit(8).toList();
  }
}
