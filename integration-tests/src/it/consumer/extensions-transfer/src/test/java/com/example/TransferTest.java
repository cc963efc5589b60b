package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TransferTest extends ArtifactContract {

  TransferTest() {
    super("extensions-transfer");
  }

  @Test
  void aNewHeadLearnsOnAFrozenBase() {
    var net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(4).build())
                .layer(new OutputLayer.Builder().nIn(4).nOut(5).build())
                .build());
    net.init();
    MultiLayerNetwork tuned =
        new TransferBuilder(net).dropLast(1).add(new OutputLayer.Builder().nOut(2).build()).build();
    INDArray head = tuned.getLayer(1).params().dup();
    tuned.fit(Nd4j.ones(4, 3), Nd4j.eye(2).repeat(0, 2));
    assertEquals(net.getLayer(0).params(), tuned.getLayer(0).params());
    assertNotEquals(head, tuned.getLayer(1).params());
  }
}
