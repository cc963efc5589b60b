package com.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.spi.Plugins;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class RegularizationTest extends ArtifactContract {

  RegularizationTest() {
    super("extensions-regularization");
  }

  @Test
  void weightsAreHeldWhileInputsAreDropped() {
    var net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(10))
                .dropOut(new Dropout(0.2))
                .constrainWeights(
                    Plugins.installed().create(LayerConstraint.class, "max_norm(maxNorm=0.5)"))
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    net.init();
    net.fit(Nd4j.ones(4, 3), Nd4j.eye(2).repeat(0, 2));
    double norm = net.getParam("0_W").norm2(0).maxNumber().doubleValue();
    assertTrue(norm > 0 && norm < 0.5001, () -> "norm " + norm);
  }
}
