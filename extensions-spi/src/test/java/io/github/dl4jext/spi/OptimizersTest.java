package io.github.dl4jext.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

class OptimizersTest {

  @Test
  void withoutAnInstallerTheArtifactIsNamed() {
    Optimizer optimizer = () -> new Sgd(0.1);
    assertThat(optimizer.regularizations()).isEmpty();
    assertThat(optimizer.termsActOn()).isSameAs(ParameterFilter.weights());
    assertThatThrownBy(() -> optimizer.configure(new MultiLayerConfiguration()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("add the artifact extensions-optimizers");
  }

  @Test
  void kindsOfParametersExcludeEachOther() {
    DenseLayer dense = new DenseLayer.Builder().nIn(3).nOut(2).hasLayerNorm(true).build();
    assertKind(dense, "W", "WEIGHTS");
    assertKind(dense, "b", "BIASES");
    assertKind(dense, "g", "NORMALIZATION");
    BatchNormalization norm = new BatchNormalization.Builder().nIn(3).nOut(3).build();
    assertKind(norm, "gamma", "NORMALIZATION");
    assertKind(norm, "beta", "NORMALIZATION");
    assertKind(norm, "mean", "");
    assertKind(new PReLULayer.Builder().inputShape(3).build(), "W", "");
    AttentionVertex attention =
        new AttentionVertex.Builder()
            .nInQueries(4)
            .nInKeys(4)
            .nInValues(4)
            .nOut(4)
            .nHeads(2)
            .headSize(2)
            .projectInput(true)
            .build();
    attention
        .getVertexParams()
        .getParameterKeys()
        .forEach(w -> assertKind(attention, w, "WEIGHTS"));
  }

  private static void assertKind(TrainingConfig layer, String parameter, String kind) {
    String kinds =
        Stream.of(
                ParameterFilter.weights(),
                ParameterFilter.biases(),
                ParameterFilter.normalization())
            .filter(filter -> filter.test(layer, parameter))
            .map(Object::toString)
            .collect(Collectors.joining(", "));
    assertThat(kinds).as(parameter).isEqualTo(kind);
  }
}
