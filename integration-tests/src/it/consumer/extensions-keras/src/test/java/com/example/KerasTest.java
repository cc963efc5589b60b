package com.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.example.checks.ArtifactContract;
import io.github.dl4jext.keras.KerasImport;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class KerasTest extends ArtifactContract {

  KerasTest() {
    super("extensions-keras");
  }

  @Test
  void aFileIsReadAndTrained() {
    Path file =
        Path.of(
            System.getProperty("extensions.build"),
            "extensions-keras/src/test/resources/keras/dense_3_5_0.h5");
    MultiLayerNetwork net = KerasImport.sequential(file).strict().trainable();
    net.fit(Nd4j.rand(3, 5), Nd4j.eye(3));
    assertArrayEquals(new long[] {3, 3}, net.output(Nd4j.rand(3, 5)).shape());
  }
}
