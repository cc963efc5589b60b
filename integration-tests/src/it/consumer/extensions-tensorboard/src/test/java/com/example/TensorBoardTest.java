package com.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.tensorboard.TensorBoard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class TensorBoardTest extends ArtifactContract {

  TensorBoardTest() {
    super("extensions-tensorboard");
  }

  @Test
  void aTrainingIsWritten(@TempDir Path folder) throws IOException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(4).nOut(3).build())
                .build());
    net.init();
    TensorBoard board = new TensorBoard(folder);
    net.setListeners(board);
    net.fit(Nd4j.rand(3, 4), Nd4j.eye(3));
    String written = Files.readString(board.file(), StandardCharsets.ISO_8859_1);
    assertTrue(written.contains("step/loss") && written.contains("gradients/layer0/W"));
  }
}
