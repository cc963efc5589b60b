package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.modelimport.keras.layers.core.KerasDropout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

/** What DL4J's import of Keras models gets wrong. */
class KerasImportDefectsTest {

  /** As Keras writes it: {@code rate} from version 2 on, {@code p} before. */
  private static DropoutLayer imported(int version, String field) throws Exception {
    Map<String, Object> fields =
        new HashMap<>(Map.of("name", "dropout_1", field, 0.2, "trainable", true));
    return new KerasDropout(
            new HashMap<>(
                Map.of("class_name", "Dropout", "keras_version", version, "config", fields)))
        .getDropoutLayer();
  }

  private static Model network(DropoutLayer dropout, boolean graph) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).build())
                .layer(dropout)
                .layer(new OutputLayer.Builder().nIn(5).nOut(2).build())
                .build());
    net.init();
    return graph ? net.toComputationGraph() : net;
  }

  @ParameterizedTest
  @CsvSource({"2, rate, false", "2, rate, true", "1, p, false", "1, p, true"})
  void everyDropoutKeepsAll(int version, String field, boolean graph) throws Exception {
    DropoutLayer theirs = imported(version, field);
    assertThat(theirs.getIDropout())
        .as("a rate of 0.2")
        .isEqualTo(new org.deeplearning4j.nn.conf.dropout.Dropout(1.0));
    Model wrong = network(theirs, graph);
    assertThatThrownBy(() -> MonteCarloDropout.builder(wrong).build())
        .hasMessageContaining("the network has no dropout that acts in training");

    theirs.setIDropout(Dropout.dropping(0.2));
    assertThat(
            MonteCarloDropout.builder(network(theirs, graph))
                .samples(30)
                .build()
                .predict(Nd4j.ones(3, 4))
                .standardDeviation()
                .minNumber()
                .doubleValue())
        .isPositive();
  }
}
