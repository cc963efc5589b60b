package io.github.dl4jext.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.InvalidArgumentException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.FixedThresholdAlgorithm;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;

@EnabledForJreRange(max = JRE.JAVA_17, disabledReason = "Spark 3.1 runs on Java 17 at the latest")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedGradientsTest {

  private static final int BATCHES = 100;
  private static final int EPOCHS = 3;

  /** The two tasks of this one program feed one network, which makes all steps. */
  @ParameterizedTest
  @CsvSource({"false, false", "true, true"})
  void everyStepIsAsPlannedAndItLearnsAsWellAsAlone(
      boolean kryo, boolean graph, @TempDir Path folder) {
    JavaSparkContext spark = kryo ? LocalSpark.kryo() : LocalSpark.plain();
    int steps = EPOCHS * BATCHES;
    ISchedule rate = TwoMoons.rate(steps);
    List<DataSet> data = TwoMoons.batches(BATCHES);
    JavaRDD<DataSet> rdd = spark.parallelize(data, 2);
    Model begun = TwoMoons.network(graph, rate);
    History history = new History();
    begun.setListeners(
        new ClipByGlobalNorm(1.0), StepProbe.begin(), history, new Checkpoint(folder));
    assertThat(SparkTraining.builder(spark, begun, master()).build().fit(rdd, 1)).isEqualTo(1);

    Model net = Checkpoint.resume(folder).network();
    net.setListeners(new ClipByGlobalNorm(1.0), new StepProbe(), history);
    SparkTraining training = SparkTraining.builder(spark, net, master()).build();
    training.fit(rdd, 1);
    training.fit(rdd, 1);

    assertThat(Network.of(net).progress()).isEqualTo(new TrainingProgress(steps, EPOCHS));
    assertThat(StepProbe.iterations()).isEqualTo(IntStream.range(0, steps).boxed().toList());
    StepProbe.requirePlan(rate, BATCHES);
    assertThat(history.epochs()).isEqualTo(EPOCHS);
    Model alone = TwoMoons.network(graph, rate);
    alone.setListeners(new ClipByGlobalNorm(1.0));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      data.forEach(Network.of(alone)::fit);
    }
    DataSet test = TwoMoons.batch(new Random(1), 400);
    double loss = Network.of(net).score(test, false);
    assertThat(loss).isCloseTo(Network.of(alone).score(test, false), within(0.1 * loss));
  }

  /** Executors keep their networks, and are told of what has changed on the driver. */
  @Test
  void aPlateauOnTheDriverReducesTheRateOfTheExecutors() {
    JavaSparkContext spark = LocalSpark.plain();
    Model net = TwoMoons.network(true, new FixedSchedule(0.01));
    net.setListeners(
        StepProbe.begin(),
        ReduceOnPlateau.builder()
            .monitor(Monitor.minimizing("worse", model -> 1))
            .patience(1)
            .factor(0.5)
            .build());
    SparkTraining.builder(spark, net, master())
        .build()
        .fit(spark.parallelize(TwoMoons.batches(4), 2), 3);
    assertThat(StepProbe.SEEN.stream().map(StepProbe.Seen::rate))
        .containsExactlyElementsOf(
            IntStream.range(0, 12).mapToObj(step -> step < 8 ? 0.01 : 0.005).toList());
  }

  @Test
  void whatWouldBeTrainedOtherwiseThanItIsToldIsRefused() {
    JavaSparkContext spark = LocalSpark.plain();
    JavaRDD<DataSet> data = spark.parallelize(TwoMoons.batches(4), 2);
    Model net = TwoMoons.network(true, new FixedSchedule(0.01));
    SharedTrainingMaster master = master();
    SparkTraining training = SparkTraining.builder(spark, net, master).build();
    training.fit(data, 1);
    net.params().muli(0.5);
    assertThatThrownBy(() -> training.fit(data, 1))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            "spark_training: network must be as the last fit has left it, as executors keep"
                + " theirs; or make a training with a new master, was \"changed\"");
    assertThatThrownBy(() -> SparkTraining.builder(spark, net, master).build())
        .hasMessageContaining("master must be a new one");
    SharedTrainingMaster other = master(8, 0.02);
    assertThatThrownBy(() -> SparkTraining.builder(spark, net, other).build().fit(data, 1))
        .hasMessageContaining("rddDataSetNumExamples must be 16")
        .hasMessageContaining("batchSizePerWorker must be 16");
  }

  static SharedTrainingMaster master() {
    return master(TwoMoons.ROWS, 0.02);
  }

  static SharedTrainingMaster master(int rows, double threshold) {
    VoidConfiguration network =
        VoidConfiguration.builder()
            .unicastPort(40123)
            .networkMask("127.0.0.0/8")
            .controllerAddress("127.0.0.1")
            .build();
    return new SharedTrainingMaster.Builder(network, rows)
        .batchSizePerWorker(rows)
        .thresholdAlgorithm(new FixedThresholdAlgorithm(threshold))
        .workersPerNode(1)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .build();
  }
}
