package io.github.dl4jext.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.network.Network;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;

@EnabledForJreRange(max = JRE.JAVA_17, disabledReason = "Spark 3.1 runs on Java 17 at the latest")
@Timeout(value = 100, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedGradientsTest {

  @ParameterizedTest
  @CsvSource({"false, true"})
  void everyStepIsAsPlannedAndItLearns(boolean kryo, boolean graph) {
    JavaSparkContext spark = kryo ? LocalSpark.kryo() : LocalSpark.plain();
    ISchedule rate = TwoMoons.rate(400);
    Model net = TwoMoons.network(graph, rate);
    History history = new History();
    net.setListeners(new ClipByGlobalNorm(1.0), StepProbe.begin(), history);
    List<DataSet> data = TwoMoons.batches(40);
    DataSet test = TwoMoons.batch(new Random(1), 400);
    double before = Network.of(net).score(test, false);
    SparkTraining training = SparkTraining.builder(spark, net, master()).build();
    long t = System.currentTimeMillis();
    int epochs = training.fit(spark.parallelize(data, 2), 3);
    epochs += training.fit(spark.parallelize(data, 2), 1);
    double loss = Network.of(net).score(test, false);
    System.out.println(
        "LOSS executor's "
            + Network.of(StepProbe.model).score(test, false)
            + " driver "
            + loss
            + " steps "
            + Network.of(StepProbe.model).progress());
    for (double th : new double[] {0.001, 0.02}) {
      Model n2 = TwoMoons.network(graph, rate);
      org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster m = master();
      m.setThresholdAlgorithm(
          new org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold
              .FixedThresholdAlgorithm(th));
      if (!kryo) {
        n2.setListeners(new ClipByGlobalNorm(1.0), StepProbe.begin());
        SparkTraining.builder(spark, n2, m).build().fit(spark.parallelize(data, 2), 10);
        System.out.println(
            "LOSS th"
                + th
                + " "
                + Network.of(n2).score(test, false)
                + " "
                + Network.of(StepProbe.model).score(test, false)
                + " "
                + Network.of(StepProbe.model).progress()
                + StepProbe.model.params().distance2(n2.params()));
      }
    }
    Model alone = TwoMoons.network(graph, rate);
    alone.setListeners(new ClipByGlobalNorm(1.0));
    for (int i = 0; i < 10; i++) data.forEach(Network.of(alone)::fit);
    System.out.println("LOSS alone " + Network.of(alone).score(test, false));
    System.out.println(
        "LOSS "
            + loss
            + " before "
            + before
            + " history "
            + history.last("loss")
            + " "
            + Network.of(net).progress()
            + (System.currentTimeMillis() - t));
    System.out.println(
        "LOSS "
            + StepProbe.SEEN.size()
            + " "
            + StepProbe.SEEN.stream().map(s -> s.iteration() - 40 * s.epoch()).toList()
            + StepProbe.LOSSES);
    assertThat(epochs).isEqualTo(4);
  }

  static SharedTrainingMaster master() {
    VoidConfiguration network =
        VoidConfiguration.builder()
            .unicastPort(40123)
            .networkMask("127.0.0.0/8")
            .controllerAddress("127.0.0.1")
            .build();
    return new SharedTrainingMaster.Builder(network, TwoMoons.ROWS)
        .batchSizePerWorker(TwoMoons.ROWS)
        .workersPerNode(1)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .build();
  }
}
