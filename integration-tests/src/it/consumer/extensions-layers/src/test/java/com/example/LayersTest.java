package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.layers.GroupNorm;
import io.github.dl4jext.layers.LayerNorm;
import io.github.dl4jext.layers.RMSNorm;
import io.github.dl4jext.layers.SwiGLU;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class LayersTest extends ArtifactContract {

  LayersTest() {
    super("extensions-layers");
  }

  @Test
  void aNetworkOfThemIsRestored(@TempDir Path folder) throws IOException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(new LayerNorm())
                .layer(new RMSNorm())
                .layer(new GroupNorm(2))
                .layer(new SwiGLU(4))
                .layer(new OutputLayer.Builder().nOut(2).build())
                .setInputType(InputType.feedForward(3))
                .build());
    net.init();
    INDArray features = Nd4j.rand(4, 3);
    net.fit(new DataSet(features, Nd4j.eye(2).repeat(0, 2)));
    File file = folder.resolve("net.zip").toFile();
    net.save(file, true);
    assertEquals(
        net.output(features), ModelSerializer.restoreMultiLayerNetwork(file).output(features));
  }
}
