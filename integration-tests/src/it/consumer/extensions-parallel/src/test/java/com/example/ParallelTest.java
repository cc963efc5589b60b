package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.parallel.ParallelTraining;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ParallelTest extends ArtifactContract {

  ParallelTest() {
    super("extensions-parallel");
  }

  @Test
  void twoWorkersTrain() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    net.init();
    net.setListeners(new ScoreIterationListener());
    DataSet batch = new DataSet(Nd4j.rand(4, 3), Nd4j.eye(2).repeat(0, 2));
    ParallelTraining.builder(net)
        .build()
        .fit(new ExistingDataSetIterator(List.of(batch, batch)), 2);
    assertEquals(2, net.getIterationCount());
    assertEquals(2, net.getEpochCount());
  }
}
