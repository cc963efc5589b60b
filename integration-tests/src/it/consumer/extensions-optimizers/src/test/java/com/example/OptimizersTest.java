package com.example;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.optimizers.AdamW;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OptimizersTest extends ArtifactContract {

  OptimizersTest() {
    super("extensions-optimizers");
  }

  @Test
  void aNetworkLearnsWithThem() {
    var net =
        new MultiLayerNetwork(
            new AdamW(1e-3, 0.01)
                .configure(
                    new NeuralNetConfiguration.Builder()
                        .list()
                        .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                        .build()));
    net.init();
    INDArray before = net.params().dup();
    net.fit(Nd4j.ones(4, 3), Nd4j.eye(2).repeat(0, 2));
    assertNotEquals(before, net.params());
  }
}
