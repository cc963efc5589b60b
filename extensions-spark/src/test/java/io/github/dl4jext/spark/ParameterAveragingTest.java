package io.github.dl4jext.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.ISchedule;

@EnabledForJreRange(max = JRE.JAVA_17, disabledReason = "Spark 3.1 runs on Java 17 at the latest")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParameterAveragingTest {

  private static final int STEPS = 40;

  /** Two epochs of 40 minibatches are 40 steps for each of two workers. */
  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void everyStepIsAsPlannedAndItLearnsAsWellAsAlone(
      boolean kryo, boolean graph, @TempDir Path folder) {
    JavaSparkContext spark = kryo ? LocalSpark.kryo() : LocalSpark.plain();
    ISchedule rate = TwoMoons.rate(STEPS);
    Model net = TwoMoons.network(graph, rate);
    History history = new History();
    net.setListeners(new ClipByGlobalNorm(1.0), StepProbe.begin(), history, new Checkpoint(folder));
    List<DataSet> data = TwoMoons.batches(40);
    int epochs =
        SparkTraining.builder(spark, net, master().build())
            .build()
            .fit(spark.parallelize(data, 2), 1);
    assertThat(epochs).isEqualTo(1);

    Model resumed = Checkpoint.resume(folder).network();
    resumed.setListeners(new ClipByGlobalNorm(1.0), new StepProbe(), history);
    SparkTraining.builder(spark, resumed, master().build())
        .build()
        .fit(spark.parallelize(data, 2), 1);

    assertThat(Network.of(resumed).progress()).isEqualTo(new TrainingProgress(STEPS, 2));
    assertThat(StepProbe.iterations())
        .isEqualTo(IntStream.range(0, STEPS).flatMap(i -> IntStream.of(i, i)).boxed().toList());
    StepProbe.requirePlan(rate, STEPS / 2);
    assertThat(history.epochs()).isEqualTo(2);
    Model alone = TwoMoons.network(graph, rate);
    alone.setListeners(new ClipByGlobalNorm(1.0));
    Stream.concat(data.stream(), data.stream()).limit(STEPS).forEach(Network.of(alone)::fit);
    DataSet test = TwoMoons.batch(new Random(1), 400);
    double loss = Network.of(resumed).score(test, false);
    assertThat(loss).isCloseTo(Network.of(alone).score(test, false), within(0.1 * loss));
  }

  static ParameterAveragingTrainingMaster.Builder master() {
    return new ParameterAveragingTrainingMaster.Builder(2, TwoMoons.ROWS)
        .batchSizePerWorker(TwoMoons.ROWS)
        .averagingFrequency(5)
        .saveUpdater(true)
        .rngSeed(5)
        .rddTrainingApproach(RDDTrainingApproach.Direct);
  }
}
