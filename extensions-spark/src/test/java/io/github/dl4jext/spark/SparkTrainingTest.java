package io.github.dl4jext.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.diagnosis.GradientMonitor;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.InvalidArgumentException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.kryo.Nd4jRegistrator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;

@EnabledForJreRange(max = JRE.JAVA_17, disabledReason = "Spark 3.1 runs on Java 17 at the latest")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SparkTrainingTest {

  /** Notes what the driver is told. */
  private static final class DriverProbe extends BaseTrainingListener {
    private final List<String> told = new ArrayList<>();

    @Override
    public void onEpochStart(Model model) {
      told.add("start " + Network.of(model).progress());
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      assertThat(Network.of(model).progress()).isEqualTo(new TrainingProgress(iteration, epoch));
      assertThat(model.score()).isBetween(0.01, 2.0);
      told.add("step " + iteration);
    }

    @Override
    public void onEpochEnd(Model model) {
      told.add("end " + Network.of(model).progress());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDriverIsToldOfEpochsAndOfEachAveraging(boolean graph) {
    Model net = network(graph);
    DriverProbe probe = new DriverProbe();
    ExponentialMovingAverage average = new ExponentialMovingAverage(0.5);
    net.setListeners(probe, average);
    train(net, master(2), TwoMoons.batches(8), 2);
    assertThat(probe.told)
        .containsExactly(
            "start " + new TrainingProgress(0, 0),
            "step 1",
            "step 3",
            "end " + new TrainingProgress(4, 0),
            "start " + new TrainingProgress(4, 1),
            "step 5",
            "step 7",
            "end " + new TrainingProgress(8, 1));
    assertThat(average.averaged(net).params().toDoubleVector())
        .isNotEqualTo(net.params().toDoubleVector());
    assertThat(Network.of(net).listeners()).containsExactly(probe, average);
  }

  /** DL4J gives it to one worker, and counts it as a full one. */
  @Test
  void aShortRoundIsCountedAsWhatItWas() {
    Model net = network(false);
    net.setListeners(StepProbe.begin());
    train(net, master(5), TwoMoons.batches(4), 3);
    assertThat(StepProbe.iterations())
        .containsExactlyElementsOf(IntStream.range(0, 12).boxed().toList());
    assertThat(Network.of(net).progress()).isEqualTo(new TrainingProgress(12, 3));
  }

  @Test
  void aListenerEndsTraining() {
    Model net = network(false);
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("worse", model -> 1))
            .patience(1)
            .build();
    net.setListeners(stopping);
    assertThat(train(net, master(2), TwoMoons.batches(4), 9)).isEqualTo(2);
    assertThat(stopping.stopped()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void nanOnAnExecutorEndsTraining(boolean graph, boolean shared) {
    Model net = network(graph);
    net.setListeners(new StopOnNaN());
    List<DataSet> data = TwoMoons.batches(4);
    data.get(3).getFeatures().putScalar(0, Double.NaN);
    TrainingMaster<?, ?> master = shared ? SharedGradientsTest.master() : master(2);
    assertThatThrownBy(() -> train(net, master, data, 1))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageStartingWith("stop_on_nan: the gradient of W of layer");
    assertThat(Network.of(net).progress().epochs()).isZero();
    assertThat(net.params().sumNumber().doubleValue()).isFinite();
    assertThat(Network.of(net).listeners()).hasSize(1);
  }

  /** Files have a minibatch each, however large the DataSets are. */
  @Test
  void dataMayGoByFiles(@TempDir Path folder) {
    Model net = network(true);
    net.setListeners(StepProbe.begin());
    ParameterAveragingTrainingMaster master =
        ParameterAveragingTest.master()
            .averagingFrequency(2)
            .rddTrainingApproach(RDDTrainingApproach.Export)
            .exportDirectory(folder.toUri().toString())
            .build();
    train(net, master, TwoMoons.batches(8), 2);
    assertThat(StepProbe.iterations())
        .isEqualTo(IntStream.range(0, 8).flatMap(i -> IntStream.of(i, i)).boxed().toList());
  }

  /** DL4J keeps it to itself where gradients are shared. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dataThatDoNotFitTheNetworkEndTraining(boolean shared) {
    Model net = network(true);
    List<DataSet> data = new ArrayList<>(TwoMoons.batches(3));
    data.add(new DataSet(Nd4j.rand(TwoMoons.ROWS, 5), data.get(0).getLabels()));
    TrainingMaster<?, ?> master = shared ? SharedGradientsTest.master() : master(1);
    assertThatThrownBy(() -> train(net, master, data, 1))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining(
            shared
                ? "of 4 minibatches were not trained on in this epoch"
                : "Input size (5 columns");
    assertThat(Network.of(net).progress().epochs()).isZero();
  }

  @Test
  void aGraphTrainsOnMultiDataSets() {
    Model net = network(true);
    net.setListeners(StepProbe.begin());
    List<org.nd4j.linalg.dataset.api.MultiDataSet> data =
        TwoMoons.batches(4).stream()
            .<org.nd4j.linalg.dataset.api.MultiDataSet>map(
                batch -> new MultiDataSet(batch.getFeatures(), batch.getLabels()))
            .toList();
    JavaRDD<org.nd4j.linalg.dataset.api.MultiDataSet> rdd = LocalSpark.plain().parallelize(data, 2);
    SparkTraining.builder(LocalSpark.plain(), net, master(1)).build().fitMultiDataSets(rdd, 2);
    assertThat(StepProbe.iterations()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    SparkTraining stack =
        SparkTraining.builder(LocalSpark.plain(), network(false), master(1)).build();
    assertThatThrownBy(() -> stack.fitMultiDataSets(rdd, 2))
        .hasMessage(
            "spark_training: data must be DataSets for a MultiLayerNetwork, was \"MultiDataSets\"");
  }

  @Test
  void aListenerThatCannotBeSentIsNamed() {
    Model net = network(false);
    GradientMonitor monitor = new GradientMonitor(1, norms -> {});
    net.setListeners(monitor, new HoldsAThread());
    assertThatThrownBy(() -> train(net, master(1), TwoMoons.batches(4), 1))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining(
            "spark_training: listener GradientMonitor must be serializable, as it looks at steps,"
                + " which Spark's executors make; leave it out, was \"a class that is not"
                + " Serializable\"")
        .hasMessageContaining("listener HoldsAThread")
        .hasMessageContaining("was \"one that holds a java.lang.Thread\"");
    Model other = network(false);
    SparkTraining training =
        SparkTraining.builder(LocalSpark.plain(), other, master(1)).onExecutors(monitor).build();
    assertThatThrownBy(() -> training.fit(LocalSpark.plain().parallelize(TwoMoons.batches(4)), 1))
        .hasMessageContaining("listener GradientMonitor");
  }

  private static final class HoldsAThread extends BaseTrainingListener implements Serializable {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial")
    private final Object thread = Thread.currentThread();

    @Override
    public void onBackwardPass(Model model) {
      assertThat(thread).isNotNull();
    }
  }

  /** With one row of 16 told, DL4J would make a step of each sixteenth DataSet. */
  @Test
  void whatDoesNotFitTheDataIsRefused() {
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(2, 1)
            .batchSizePerWorker(TwoMoons.ROWS)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .build();
    assertThatThrownBy(() -> train(network(false), master, TwoMoons.batches(4), 1))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining(
            "spark_training: rddDataSetNumExamples must be 16, which is the size of the minibatches"
                + " in the data, was 1")
        .hasMessageContaining(
            "spark_training: saveUpdater must be true, or the updater forgets at each averaging"
                + " what it has learnt of the gradients, was false");
    ParameterAveragingTrainingMaster halves =
        ParameterAveragingTest.master().batchSizePerWorker(8).averagingFrequency(1).build();
    assertThatThrownBy(() -> train(network(false), halves, TwoMoons.batches(4), 1))
        .hasMessage(
            "spark_training: batchSizePerWorker must be such that averagingFrequency minibatches of"
                + " it are whole DataSets of 16, was 8");
    assertThatThrownBy(() -> train(network(false), master(1), List.of(), 1))
        .hasMessageContaining("data must be an RDD with minibatches in it");
    assertThatThrownBy(() -> train(network(false), master(1), TwoMoons.batches(4), 0))
        .hasMessage("spark_training: epochs must be a whole number in [1, inf), was 0");
    assertThatThrownBy(() -> train(network(false), null, TwoMoons.batches(4), 1))
        .hasMessageContaining("master must be");
  }

  @Test
  void kryoNeedsARegistratorThatWritesRecords() {
    assertThatThrownBy(
            () ->
                SparkTraining.builder(
                        LocalSpark.context(Nd4jRegistrator.class), network(false), master(1))
                    .build())
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            "spark_training: spark.kryo.registrator must be"
                + " io.github.dl4jext.spark.ExtensionsKryoRegistrator, or a class that extends it,"
                + " was \"org.nd4j.kryo.Nd4jRegistrator\"");
  }

  @Test
  void aListenerMayBeSentThoughItLooksAtNoGradient() {
    Model net = network(false);
    CountsSteps.steps = 0;
    SparkTraining.builder(LocalSpark.plain(), net, master(1))
        .onExecutors(new CountsSteps())
        .build()
        .fit(LocalSpark.plain().parallelize(TwoMoons.batches(4), 2), 1);
    assertThat(CountsSteps.steps).isEqualTo(4);
  }

  private static final class CountsSteps extends BaseTrainingListener implements Serializable {

    private static final long serialVersionUID = 1L;
    private static int steps;

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      synchronized (CountsSteps.class) {
        steps++;
      }
    }
  }

  private static int train(Model net, TrainingMaster<?, ?> master, List<DataSet> data, int epochs) {
    return SparkTraining.builder(LocalSpark.plain(), net, master)
        .build()
        .fit(LocalSpark.plain().parallelize(data, 2), epochs);
  }

  private static ParameterAveragingTrainingMaster master(int averagingFrequency) {
    return ParameterAveragingTest.master().averagingFrequency(averagingFrequency).build();
  }

  private static Model network(boolean graph) {
    return TwoMoons.network(graph, new FixedSchedule(0.01));
  }
}
