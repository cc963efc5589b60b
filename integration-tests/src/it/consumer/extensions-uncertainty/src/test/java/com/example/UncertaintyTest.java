package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class UncertaintyTest extends ArtifactContract {

  UncertaintyTest() {
    super("extensions-uncertainty");
  }

  @Test
  void aNetworkWithDropoutIsAskedSeveralTimes() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dropOut(0.5)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(4).build())
                .layer(new OutputLayer.Builder().nIn(4).nOut(2).build())
                .build());
    net.init();
    var predicted =
        MonteCarloDropout.builder(net).samples(5).seed(1).build().predict(Nd4j.rand(2, 3));
    assertEquals(2, predicted.mean().size(0));
  }
}
