package io.github.dl4jext.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.Cosine;
import io.github.dl4jext.spi.InvalidArgumentException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParallelTrainingTest {

  private static final int BATCH = 8;

  static Stream<Arguments> everyWay() {
    return Stream.of(TrainingMode.AVERAGING, TrainingMode.SHARED_GRADIENTS)
        .flatMap(mode -> Stream.of(false, true).map(graph -> Arguments.of(mode, graph)));
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void epochsAreCountedAndTheStateIsKept(TrainingMode mode, boolean graph) {
    Model net = network(graph);
    History history = new History();
    net.setListeners(history);
    ParallelTraining training = ParallelTraining.builder(net).mode(mode).build();
    double before = loss(net);
    assertThat(training.fit(data(10), 3)).isEqualTo(3);
    assertThat(training.fit(data(10), 2)).isEqualTo(2);
    Network trained = Network.of(net);
    assertThat(trained.progress().iterations()).isEqualTo(5 * 5);
    assertThat(trained.progress().epochs()).isEqualTo(5);
    assertThat(history.epochs()).isEqualTo(5);
    assertThat(trained.listeners()).containsExactly(history);
    assertThat(trained.updaterStateView().orElseThrow().norm1Number().doubleValue()).isPositive();
    assertThat(loss(net)).isLessThan(before);
    trained.fitEpoch(data(2));
    assertThat(trained.progress().iterations()).as("trained alone").isEqualTo(27);
  }

  /**
   * The mean of two equal networks is the network: rate, counts and state go from epoch to epoch.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void workersOfTheSameDataTrainAsOneDoes(boolean graph) {
    Model alone = network(graph);
    Model together = network(graph);
    List<DataSet> once = batches(6);
    List<DataSet> twice = once.stream().flatMap(batch -> Stream.of(batch, batch)).toList();
    for (int epoch = 0; epoch < 3; epoch++) {
      Network.of(alone).fitEpoch(rows(once));
    }
    ParallelTraining.builder(together).build().fit(rows(twice), 3);
    assertThat(together.params().toDoubleVector()).isEqualTo(alone.params().toDoubleVector());
    assertThat(state(together)).isEqualTo(state(alone));
  }

  /** Shared gradients keep back what is below their threshold. */
  @ParameterizedTest
  @MethodSource("everyWay")
  void knowsThatNothingWasShared(TrainingMode mode, boolean graph) {
    for (double rate : new double[] {1e-7, 0.5}) {
      Model net = network(graph);
      new SGD(rate).configure(net);
      double[] before = net.params().toDoubleVector();
      ParallelTraining training = ParallelTraining.builder(net).mode(mode).build();
      training.fit(data(4), 1);
      boolean still = mode == TrainingMode.SHARED_GRADIENTS && rate < 1e-6;
      assertThat(training.withoutEffect()).isEqualTo(still);
      assertThat(Arrays.equals(net.params().toDoubleVector(), before)).isEqualTo(still);
    }
  }

  /** The checkpoint is written when the workers have ended, with what the updater remembers. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCheckpointOfAnEpochIsWhereTrainingGoesOn(boolean graph, @TempDir Path folder) {
    Model whole = network(graph);
    ParallelTraining.builder(whole).build().fit(data(4), 4);
    Model begun = network(graph);
    begun.setListeners(new Checkpoint(folder));
    ParallelTraining.builder(begun).build().fit(data(4), 2);
    Model resumed = Checkpoint.resume(folder).network();
    ParallelTraining.builder(resumed).build().fit(data(4), 2);
    assertThat(resumed.params().toDoubleVector()).isEqualTo(whole.params().toDoubleVector());
    assertThat(state(resumed)).isEqualTo(state(whole));
    assertThat(Network.of(resumed).progress()).isEqualTo(Network.of(whole).progress());
  }

  @ParameterizedTest
  @EnumSource(names = {"AVERAGING", "SHARED_GRADIENTS"})
  void aListenerEndsTraining(TrainingMode mode) {
    Model net = network(false);
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("worse", model -> 1))
            .patience(2)
            .build();
    net.setListeners(stopping);
    assertThat(ParallelTraining.builder(net).mode(mode).build().fit(data(4), 9)).isEqualTo(3);
    assertThat(stopping.stopped()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void nanInAnyWorkerEndsTraining(TrainingMode mode, boolean graph) {
    for (int worker = 0; worker < 2; worker++) {
      List<DataSet> batches = batches(8);
      batches.get(4 + worker).getFeatures().putScalar(0, Double.NaN);
      Model net = network(graph);
      net.setListeners(new StopOnNaN());
      assertFails(net, mode, batches, TrainingDivergedException.class);
      net.setListeners(new ClipByGlobalNorm(1, true));
      assertFails(net, mode, batches, ArithmeticException.class);
      Network.of(net).fit(batches(1).get(0));
    }
  }

  /** Listeners of others do not know of the waiting, nor do layers and data. */
  @ParameterizedTest
  @MethodSource("everyWay")
  void whateverFailsInOneWorkerComesOut(TrainingMode mode, boolean graph) {
    Model first = network(graph);
    first.setListeners(failingOn(model -> model == first, new IllegalStateException("first")));
    assertFails(first, mode, batches(4), IllegalStateException.class);
    Model other = network(graph);
    other.setListeners(failingOn(model -> model != other, new IllegalStateException("other")));
    assertFails(other, mode, batches(4), IllegalStateException.class);
    Model error = network(graph);
    error.setListeners(failingOn(model -> model != error, new AssertionError("an error")));
    assertFails(error, mode, batches(4), AssertionError.class);
    List<DataSet> bad = batches(4);
    bad.set(3, new DataSet(Nd4j.rand(DataType.DOUBLE, BATCH, 7), bad.get(3).getLabels()));
    assertFails(network(graph), mode, bad, RuntimeException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"AVERAGING", "SHARED_GRADIENTS"})
  void itComesOutAsItWasThrown(TrainingMode mode) {
    RuntimeException own = new RuntimeException("text", new IllegalStateException("cause"));
    Model net = network(true);
    ParallelTraining training = ParallelTraining.builder(net).mode(mode).build();
    net.setListeners(failingOn(model -> model != net, own));
    assertThatThrownBy(() -> training.fit(data(4), 1)).isSameAs(own);
    net.setListeners();
    DataSetIterator broken =
        new ExistingDataSetIterator(batches(4)) {
          @Override
          public DataSet next(int number) {
            throw own;
          }

          @Override
          public DataSet next() {
            throw own;
          }
        };
    assertThatThrownBy(() -> training.fit(broken, 1)).isSameAs(own);
    assertThat(training.fit(data(4), 1)).as("may be used again").isEqualTo(1);
  }

  private interface Where {
    boolean isIn(Model model);
  }

  private static BaseTrainingListener failingOn(Where where, Throwable failure) {
    return new BaseTrainingListener() {
      @Override
      public void onGradientCalculation(Model model) {
        if (where.isIn(model)) {
          if (failure instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) failure;
        }
      }
    };
  }

  private static void assertFails(
      Model net, TrainingMode mode, List<DataSet> batches, Class<? extends Throwable> type) {
    List<?> listeners = Network.of(net).listeners();
    ParallelTraining training = ParallelTraining.builder(net).mode(mode).build();
    assertThatThrownBy(() -> training.fit(iterator(batches), 2)).isInstanceOf(type);
    assertThat(net.params().sumNumber().doubleValue()).isFinite();
    assertThat(Network.of(net).listeners()).isEqualTo(listeners);
    assertThat(Network.of(net).progress().epochs()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"AVERAGING", "SHARED_GRADIENTS"})
  void aGraphTakesMultiDataSets(TrainingMode mode) {
    Model net = network(true);
    AtomicInteger steps = new AtomicInteger();
    net.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            steps.incrementAndGet();
          }
        });
    DataSet batch = batches(1).get(0);
    MultiDataSet multi = new MultiDataSet(batch.getFeatures(), batch.getLabels());
    ParallelTraining.builder(net)
        .mode(mode)
        .build()
        .fit(new SingletonMultiDataSetIterator(multi), 2);
    assertThat(steps).as("the second worker sits the round out").hasValue(2);
    assertThatThrownBy(
            () ->
                ParallelTraining.builder(network(false))
                    .build()
                    .fit(new SingletonMultiDataSetIterator(multi), 1))
        .hasMessageContaining("data must be a DataSetIterator for a MultiLayerNetwork");
  }

  @Test
  void whatCannotWorkIsRefused() {
    Model net = network(false);
    refused(
        builder -> builder.workers(1), net, "workers must be a whole number in [2, inf), was 1");
    refused(
        builder -> builder.mode(TrainingMode.CUSTOM),
        net,
        "mode must be AVERAGING or SHARED_GRADIENTS, was CUSTOM");
    refused(builder -> builder.averagingFrequency(0), net, "averagingFrequency must be");
    refused(
        builder -> builder.mode(TrainingMode.SHARED_GRADIENTS),
        truncated(),
        "mode must be AVERAGING for a network of truncated backpropagation through time");
    assertThatThrownBy(() -> ParallelTraining.builder(net).build().fit(data(2), 0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("epochs must be a whole number in [1, inf), was 0");
  }

  private static void refused(Consumer<ParallelTraining.Builder> wrong, Model net, String message) {
    ParallelTraining.Builder builder = ParallelTraining.builder(net);
    wrong.accept(builder);
    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining(message);
  }

  private static Model truncated() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new SimpleRnn.Builder().nIn(3).nOut(2).build())
                .layer(new RnnOutputLayer.Builder().nIn(2).nOut(2).build())
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(2)
                .build());
    net.init();
    return net;
  }

  private static Model network(boolean graph) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new AdamW(new Cosine(0.02, 40), 0.01)
                .configure(
                    new NeuralNetConfiguration.Builder()
                        .seed(4)
                        .dataType(DataType.DOUBLE)
                        .activation(Activation.TANH)
                        .list()
                        .layer(new DenseLayer.Builder().nIn(3).nOut(5).build())
                        .layer(
                            new OutputLayer.Builder(LossFunction.MSE)
                                .nIn(5)
                                .nOut(1)
                                .activation(Activation.IDENTITY)
                                .build())
                        .build()));
    net.init();
    return graph ? net.toComputationGraph() : net;
  }

  private static double[] state(Model net) {
    return Network.of(net).updaterStateView().orElseThrow().dup().ravel().toDoubleVector();
  }

  private static double loss(Model net) {
    return Network.of(net).score(DataSet.merge(batches(10)), false);
  }

  private static DataSetIterator data(int batches) {
    return rows(batches(batches));
  }

  private static DataSetIterator rows(List<DataSet> batches) {
    return new ListDataSetIterator<>(DataSet.merge(batches).asList(), BATCH);
  }

  /** Hands the batches out as they are. */
  private static DataSetIterator iterator(List<DataSet> batches) {
    return new ExistingDataSetIterator(batches);
  }

  private static List<DataSet> batches(int count) {
    Random random = new Random(3);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = random.doubles(BATCH * 3L, -1, 1).toArray();
      double[] y = new double[BATCH];
      for (int row = 0; row < BATCH; row++) {
        y[row] = x[3 * row] - x[3 * row + 1] * x[3 * row + 2];
      }
      batches.add(
          new DataSet(
              Nd4j.createFromArray(x).reshape(BATCH, 3),
              Nd4j.createFromArray(y).reshape(BATCH, 1)));
    }
    return batches;
  }
}
