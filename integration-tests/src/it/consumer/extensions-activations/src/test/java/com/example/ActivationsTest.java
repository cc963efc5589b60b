package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.spi.Plugins;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class ActivationsTest extends ArtifactContract {

  ActivationsTest() {
    super("extensions-activations");
  }

  @Test
  void aNetworkAnswersWithThem() {
    var net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .weightInit(Plugins.installed().create(IWeightInit.class, "he_normal"))
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).activation(new Mish()).build())
                .build());
    net.init();
    assertEquals(2, net.output(Nd4j.ones(1, 3)).columns());
  }
}
