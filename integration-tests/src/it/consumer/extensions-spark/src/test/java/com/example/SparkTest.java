package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.spark.SparkTraining;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class SparkTest extends ArtifactContract {

  SparkTest() {
    super("extensions-spark");
  }

  @Test
  @EnabledForJreRange(max = JRE.JAVA_17, disabledReason = "Spark 3.1 runs on Java 17 at the latest")
  void twoWorkersTrain() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    net.init();
    DataSet batch = new DataSet(Nd4j.rand(4, 3), Nd4j.eye(2).repeat(0, 2));
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("consumer")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.ui.enabled", "false");
    try (JavaSparkContext context = new JavaSparkContext(conf)) {
      ParameterAveragingTrainingMaster master =
          new ParameterAveragingTrainingMaster.Builder(2, 4)
              .batchSizePerWorker(4)
              .averagingFrequency(1)
              .saveUpdater(true)
              .rddTrainingApproach(RDDTrainingApproach.Direct)
              .build();
      SparkTraining.builder(context, net, master)
          .build()
          .fit(context.parallelize(List.of(batch, batch), 2), 2);
    }
    assertEquals(2, net.getIterationCount());
    assertEquals(2, net.getEpochCount());
  }
}
