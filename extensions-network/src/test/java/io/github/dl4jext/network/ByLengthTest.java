package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class ByLengthTest {

  private static final Regularization L2 = new L2Regularization(0.5);
  private static final ByLength ONLY = ByLength.only(L2, 6, 2);
  private static final ByLength EXCEPT = ByLength.except(L2, 6, 2);

  /** What is added to a gradient of zeros by parameters of ones. */
  private static double added(Regularization regularization, int length) {
    INDArray gradient = Nd4j.zeros(length);
    regularization.apply(Nd4j.ones(length), gradient, 1, 0, 0);
    return gradient.getDouble(0);
  }

  @Test
  void actsOnParametersOfTheLengthsAlone() {
    assertThat(new double[] {added(ONLY, 2), added(ONLY, 6), added(ONLY, 3)})
        .containsExactly(0.5, 0.5, 0);
    assertThat(new double[] {added(EXCEPT, 2), added(EXCEPT, 6), added(EXCEPT, 3)})
        .containsExactly(0, 0, 0.5);
    assertThat(ONLY.score(Nd4j.ones(2), 0, 0)).isEqualTo(L2.score(Nd4j.ones(2), 0, 0));
    assertThat(ONLY.score(Nd4j.ones(3), 0, 0)).isZero();
    assertThat(EXCEPT.applyStep()).isEqualTo(L2.applyStep());
  }

  @Test
  void isAValueThatSurvivesJson() throws JsonProcessingException {
    assertThat(ONLY)
        .isEqualTo(ByLength.only(L2, 2, 6))
        .isEqualTo(ONLY.clone())
        .hasSameHashCodeAs(ByLength.only(L2, 2, 6))
        .isNotEqualTo(EXCEPT)
        .isNotEqualTo(ByLength.only(L2, 2));
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    for (ByLength original : new ByLength[] {ONLY, EXCEPT}) {
      String json = mapper.writeValueAsString(original);
      assertThat(mapper.readValue(json, Regularization.class)).isEqualTo(original);
    }
    for (String lengths : new String[] {"[2.5]", "[]", "null", "[-1]", "[\"2\"]", "true"}) {
      String bad =
          mapper.readTree(mapper.writeValueAsString(ONLY)).toString().replace("[2,6]", lengths);
      assertThatThrownBy(() -> mapper.readValue(bad, Regularization.class))
          .as(bad)
          .hasMessageContaining("by_length: lengths must be a list");
    }
    assertThatThrownBy(() -> ByLength.only(null, 2)).hasMessageContaining("a regularization");
  }
}
