package io.github.dl4jext.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.clipping.AdaptiveClip;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException;
import io.github.dl4jext.network.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** DL4J's own wrapper: what our listeners throw comes out of its fit, whichever worker it hits. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlainWrapperTest {

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
    ParallelWrapper wrapper = wrapper(net, mode);
    assertThatThrownBy(() -> wrapper.fit(new ExistingDataSetIterator(batches)))
        .hasRootCauseInstanceOf(type);
    wrapper.shutdown();
    assertThat(net.params().sumNumber().doubleValue()).isFinite();
    assertThat(Network.of(net).progress().iterations()).isBetween(2, 3);
  }

  /** A checkpoint that is not the last listener says so before the first update. */
  @ParameterizedTest
  @MethodSource("everyWay")
  void aRefusalEndsTraining(TrainingMode mode, boolean graph, int worker, @TempDir Path folder) {
    Model net = network(graph);
    net.setListeners(new Checkpoint(folder), new ClipByGlobalNorm(1));
    ParallelWrapper wrapper = wrapper(net, mode);
    assertThatThrownBy(() -> wrapper.fit(new ExistingDataSetIterator(batches())))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasStackTraceContaining("last");
    wrapper.shutdown();
    assertThat(net.params().sumNumber().doubleValue()).isFinite();
  }

  /**
   * A stack has lost its updater when its second fit begins. A worker that is to copy it while the
   * first one steps, which locks the network, waits for the lock, and the first one for this
   * worker's gradient. Ours begin together.
   */
  @Test
  void theSecondFitOfAStackThatSharesGradientsWaitsForEver() throws Exception {
    Model stack = network(false, new LateInit());
    assertThat(endsTwice(stack)).isFalse();
    assertThat(endsTwice(network(true, new LateInit()))).as("a graph").isTrue();
    Model net = network(false, new LateInit());
    ParallelTraining ours =
        ParallelTraining.builder(net).mode(TrainingMode.SHARED_GRADIENTS).build();
    for (int fit = 0; fit < 3; fit++) {
      ours.fit(new ExistingDataSetIterator(batches()), 1);
    }
    assertThat(Network.of(net).progress().iterations()).isEqualTo(12);
  }

  /** The first worker waits for the gradient of the second, and the caller for the first. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsThrownBeforeTheUpdateLeavesTheOthersWaiting(boolean graph) throws Exception {
    Model net = network(graph);
    AtomicReference<Thread> gone = new AtomicReference<>();
    net.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            if (model != net) {
              gone.set(Thread.currentThread());
              throw new IllegalStateException("thrown");
            }
          }
        });
    SharedGradients shared = new SharedGradients(2, net.numParams());
    ParallelWrapper wrapper = sharing(net, shared);
    CompletableFuture<Void> fit =
        CompletableFuture.runAsync(() -> wrapper.fit(new ExistingDataSetIterator(batches())));
    while (!fit.isDone() && !(gone.get() != null && !gone.get().isAlive() && aWorkerWaits())) {
      Thread.sleep(20);
    }
    assertThat(fit).as("the other worker is gone").isNotDone();
    shared.fail(new IllegalStateException("let go"));
    assertThatThrownBy(fit::get).hasStackTraceContaining("let go");
  }

  private static ParallelWrapper sharing(Model net, SharedGradients shared) {
    return new ParallelWrapper.Builder<>(net)
        .workers(2)
        .prefetchBuffer(0)
        .trainingMode(TrainingMode.CUSTOM)
        .gradientsAccumulator(shared)
        .build();
  }

  /** Whether two fits end. If the second one does not, it is let go with an exception. */
  private static boolean endsTwice(Model net) throws Exception {
    SharedGradients shared = new SharedGradients(2, net.numParams());
    net.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            if (model == net && LateInit.late) {
              LateInit.late = false;
              while (!aWorkerIsLockedOut() && !aWorkerWaits()) {
                LockSupport.parkNanos(1_000_000);
              }
            }
          }
        });
    ParallelWrapper wrapper = sharing(net, shared);
    wrapper.fit(new ExistingDataSetIterator(batches()));
    LateInit.late = true; // from now on the copy waits for the first step
    CompletableFuture<Void> second =
        CompletableFuture.runAsync(() -> wrapper.fit(new ExistingDataSetIterator(batches())));
    while (!second.isDone() && !(aWorkerWaits() && aWorkerIsLockedOut())) {
      Thread.sleep(20);
    }
    boolean ended = second.isDone();
    if (!ended) {
      shared.fail(new IllegalStateException("let go"));
      assertThatThrownBy(second::get).hasStackTraceContaining("let go");
    }
    second.exceptionally(failure -> null).get();
    return ended;
  }

  private static boolean aWorkerWaits() {
    return workers()
        .flatMap(worker -> Stream.of(worker.getValue()))
        .anyMatch(call -> call.getMethodName().equals("synchronize"));
  }

  private static boolean aWorkerIsLockedOut() {
    return workers().anyMatch(worker -> worker.getKey().getState() == Thread.State.BLOCKED);
  }

  private static Stream<Map.Entry<Thread, StackTraceElement[]>> workers() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().startsWith("ParallelWrapper training thread"));
  }

  /** Makes the worker that copies the network come late. */
  public static final class LateInit extends WeightInitXavier {

    private static final long serialVersionUID = 1L;

    static volatile boolean late;

    @Override
    public INDArray init(
        double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
      while (late) {
        LockSupport.parkNanos(1_000_000);
      }
      return super.init(fanIn, fanOut, shape, order, paramView);
    }
  }

  private static ParallelWrapper wrapper(Model net, TrainingMode mode) {
    return new ParallelWrapper.Builder<>(net)
        .workers(2)
        .prefetchBuffer(0)
        .trainingMode(mode)
        .build();
  }

  private static Model network(boolean graph) {
    return network(graph, new WeightInitXavier());
  }

  private static Model network(boolean graph, IWeightInit init) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(new Adam(0.01))
                .weightInit(init)
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
