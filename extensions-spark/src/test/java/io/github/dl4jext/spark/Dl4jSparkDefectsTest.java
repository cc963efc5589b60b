package io.github.dl4jext.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.diagnosis.GradientMonitor;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.TrainingProgress;
import java.util.Collection;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.repartitioner.EqualRepartitioner;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.nd4j.kryo.Nd4jRegistrator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;

/** What DL4J's own classes do, for which {@link SparkTraining} has a remedy. */
@EnabledForJreRange(max = JRE.JAVA_17, disabledReason = "Spark 3.1 runs on Java 17 at the latest")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Dl4jSparkDefectsTest {

  /** Two workers make four steps each, in two rounds. */
  @Test
  void theStepsOfAGraphBeginAtZeroInEachRound() {
    SparkComputationGraph spark = graph(averaging(TwoMoons.ROWS, true), StepProbe.begin());
    spark.fit(data(8, 2));
    assertThat(StepProbe.iterations()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
    assertThat(Network.of(spark.getNetwork()).progress()).isEqualTo(new TrainingProgress(4, 1));
  }

  /** With batches of 16 rows, and 1 told. */
  @Test
  void dataAreLeftOutWhereTheirSizeIsToldWrong() {
    SparkDl4jMultiLayer spark = stack(averaging(1, true), StepProbe.begin());
    spark.fit(data(32, 2));
    assertThat(StepProbe.SEEN).hasSize(2);
  }

  @Test
  void theUpdaterForgetsUnlessItIsTold() {
    SparkDl4jMultiLayer spark = stack(averaging(TwoMoons.ROWS, null), StepProbe.begin());
    spark.fit(data(8, 2));
    assertThat(spark.getNetwork().getUpdater().getStateViewArray().norm1Number().doubleValue())
        .isZero();
  }

  /** What is wrong with the listener is in an error that cannot be shown. */
  @Test
  void aListenerThatCannotBeSentIsNotNamed() {
    SparkDl4jMultiLayer spark =
        stack(averaging(TwoMoons.ROWS, true), new GradientMonitor(1, norms -> {}));
    JavaRDD<DataSet> data = data(8, 2);
    assertThatThrownBy(() -> spark.fit(data))
        .isInstanceOf(IllegalAccessError.class)
        .hasMessageContaining("sun.security.action.GetBooleanAction");
  }

  @Test
  void kryoWritesNoSchedule() {
    JavaSparkContext context = LocalSpark.context(Nd4jRegistrator.class);
    Model net = TwoMoons.network(false, TwoMoons.rate(40));
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(context, (MultiLayerNetwork) net, averaging(TwoMoons.ROWS, true));
    JavaRDD<DataSet> data = context.parallelize(TwoMoons.batches(4), 2);
    assertThatThrownBy(() -> spark.fit(data))
        .hasStackTraceContaining("can't get field offset on a record class");
  }

  /** The driver adds up updates; what keeps the weights within their ball it does not do. */
  @Test
  void theDriverHasAnotherNetworkThanTheExecutorsThatShareGradients() {
    SparkComputationGraph spark = graph(oneTask(), StepProbe.begin());
    for (int epoch = 0; epoch < 3; epoch++) {
      spark.fit(data(50, 2));
    }
    double onExecutors =
        StepProbe.SEEN.stream()
            .skip(10)
            .mapToDouble(StepProbe.Seen::largestNorm)
            .max()
            .orElseThrow();
    double onDriver =
        Network.of(spark.getNetwork()).slots().stream()
            .filter(slot -> slot.parameter().equals("W"))
            .map(ParameterSlot::value)
            .mapToDouble(weights -> weights.norm2(0).maxNumber().doubleValue())
            .max()
            .orElseThrow();
    assertThat(onExecutors).isLessThan(TwoMoons.MAX_NORM + 1e-5);
    assertThat(onDriver).isGreaterThan(TwoMoons.MAX_NORM * 1.05);
  }

  @Test
  void executorsThatShareGradientsDoNotBeginAtTheNetworksCounts() {
    SparkComputationGraph spark = graph(oneTask(), StepProbe.begin());
    Network.of(spark.getNetwork()).setProgress(new TrainingProgress(1000, 10));
    spark.fit(data(4, 1));
    assertThat(StepProbe.iterations()).doesNotContain(1000);
  }

  /** The fit ends as if nothing were. */
  @Test
  void whatTheOnlyTaskOfAnExecutorThrowsIsLostWhereGradientsAreShared() {
    SparkComputationGraph spark = graph(oneTask(), new StopOnNaN());
    List<DataSet> batches = TwoMoons.batches(4);
    batches.get(1).getFeatures().putScalar(0, Double.NaN);
    spark.fit(LocalSpark.plain().parallelize(batches, 1));
    assertThat(spark.getNetwork().getConfiguration().getEpochCount()).isPositive();
  }

  private static SparkDl4jMultiLayer stack(TrainingMaster<?, ?> master, TrainingListener listener) {
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(
            LocalSpark.plain(),
            (MultiLayerNetwork) TwoMoons.network(false, new FixedSchedule(0.03)),
            master);
    spark.setListeners(asCollection(listener));
    return spark;
  }

  private static SparkComputationGraph graph(
      TrainingMaster<?, ?> master, TrainingListener listener) {
    SparkComputationGraph spark =
        new SparkComputationGraph(
            LocalSpark.plain(),
            (ComputationGraph) TwoMoons.network(true, new FixedSchedule(0.03)),
            master);
    spark.setListeners(asCollection(listener));
    return spark;
  }

  private static Collection<TrainingListener> asCollection(TrainingListener listener) {
    return List.of(listener);
  }

  /** Many tasks may hang. */
  private static SharedTrainingMaster oneTask() {
    SharedTrainingMaster master = SharedGradientsTest.master();
    master.setRepartitioner(new EqualRepartitioner());
    master.setNumWorkers(1);
    return master;
  }

  private static JavaRDD<DataSet> data(int batches, int partitions) {
    return LocalSpark.plain().parallelize(TwoMoons.batches(batches), partitions);
  }

  private static ParameterAveragingTrainingMaster averaging(int rows, Boolean saveUpdater) {
    ParameterAveragingTrainingMaster.Builder builder =
        new ParameterAveragingTrainingMaster.Builder(2, rows)
            .batchSizePerWorker(TwoMoons.ROWS)
            .averagingFrequency(2)
            .rddTrainingApproach(RDDTrainingApproach.Direct);
    return (saveUpdater == null ? builder : builder.saveUpdater(saveUpdater)).build();
  }
}
