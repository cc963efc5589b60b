package com.example;

import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.activations.Mish;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.spi.Plugins;
import java.io.File;
import java.io.IOException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Trains, saves and restores: what is found by service files, and what is found by class names. */
public final class Program {

  private Program() {}

  public static void main(String[] arguments) throws IOException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new AdamW(1e-3, 0.01)
                .configure(
                    new NeuralNetConfiguration.Builder()
                        .activation(new Mish())
                        .weightInit(new HeNormal())
                        .list()
                        .layer(new DenseLayer.Builder().nIn(4).nOut(8).build())
                        .layer(
                            new OutputLayer.Builder()
                                .nIn(8)
                                .nOut(2)
                                .activation(Activation.SOFTMAX)
                                .build())
                        .build()));
    net.init();
    net.setListeners(new StopOnNaN());
    net.fit(new DataSet(Nd4j.rand(8, 4), Nd4j.eye(2).repeat(0, 4)));
    File file = File.createTempFile("model", ".zip");
    try {
      net.save(file, true);
      MultiLayerNetwork read = MultiLayerNetwork.load(file, true);
      System.out.println(
          Plugins.installed().all().size()
              + " plugins, restored "
              + read.params().equals(net.params()));
    } finally {
      file.delete();
    }
  }
}
