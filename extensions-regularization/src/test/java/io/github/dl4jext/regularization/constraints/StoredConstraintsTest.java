package io.github.dl4jext.regularization.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class StoredConstraintsTest {

  private static final ObjectMapper MAPPER = NeuralNetConfiguration.mapper();

  /** DL4J's builder puts them on each layer, also on one that has nothing to constrain. */
  @Test
  void thatOfTheWholeNetworkComesBackFromJson() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .constrainWeights(new MaxNorm(1))
            .constrainBias(new NonNegative())
            .list()
            .layer(new DenseLayer.Builder().nIn(2).nOut(3).hasBias(false).build())
            .layer(new ActivationLayer(Activation.RELU))
            .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
            .build();
    assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
  }

  @Test
  void aConstraintOnNothingIsRefused() throws JsonProcessingException {
    LayerConstraint one = new MaxNorm(1);
    one.setParams(Set.of("W"));
    String json = MAPPER.writeValueAsString(one).replaceAll("\\s", "");
    for (String params : List.of("[]", "null", "\"W\"", "[1]", "[null]", "{}")) {
      String bad = json.replace("[\"W\"]", params);
      assertThat(bad).isNotEqualTo(json);
      assertThatThrownBy(() -> MAPPER.readValue(bad, LayerConstraint.class))
          .as(params)
          .hasMessageContaining("constraint: params must be a list");
    }
  }
}
