package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;

class NetworkTest extends ArtifactContract {

  NetworkTest() {
    super("extensions-network");
  }

  @Test
  void aNetworkIsViewedAndCopied() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    net.init();
    assertEquals(8, Network.of(net).layout().length());
    MultiLayerNetwork copy = NetworkCopy.from(net).build();
    assertNotSame(net, copy);
    assertEquals(net.params(), copy.params());
  }
}
