package com.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.listeners.progress.ProgressBar;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class ListenersTest extends ArtifactContract {

  ListenersTest() {
    super("extensions-listeners");
  }

  @Test
  void aBarFollowsATraining() {
    var net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    net.init();
    net.setListeners(new ProgressBar(2));
    net.fit(
        new SingletonDataSetIterator(new DataSet(Nd4j.ones(4, 3), Nd4j.eye(2).repeat(0, 2))), 2);
    assertTrue(Double.isFinite(net.score()));
  }
}
