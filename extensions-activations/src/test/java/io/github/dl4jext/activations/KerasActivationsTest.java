package io.github.dl4jext.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Plugins;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The elementwise activations of Keras 3 by their names there, and what DL4J asks the class of. */
class KerasActivationsTest {

  private static IActivation create(String spec) {
    return Plugins.installed().create(IActivation.class, spec);
  }

  /** At 0.6, by hand; where Keras's default is another one it is stated. */
  @ParameterizedTest
  @CsvSource({
    "celu, 0.6",
    "elu, 0.6",
    "exponential, 1.8221188004",
    "gelu, 0.43544812935",
    "gelu_tanh, 0.435415199231",
    "hard_shrink, 0.6",
    "hard_sigmoid, 0.6",
    "hard_silu, 0.36",
    "hard_swish, 0.36",
    "hard_tanh, 0.6",
    "leaky_relu(alpha=0.2), 0.6",
    "linear, 0.6",
    "log_sigmoid, -0.437487950486",
    "mish, 0.466136485694",
    "relu, 0.6",
    "relu6, 0.6",
    "selu, 0.6304205924",
    "sigmoid, 0.6456563062",
    "silu, 0.3873937837",
    "soft_shrink, 0.1",
    "softplus, 1.03748795049",
    "softsign, 0.375",
    "sparse_plus, 0.64",
    "sparse_sigmoid, 0.8",
    "squareplus, 1.34403065089",
    "swish, 0.3873937837",
    "tanh, 0.5370495670",
    "tanh_shrink, 0.0629504330",
    "threshold, 0.6"
  })
  void hasTheNameAndTheValue(String spec, double value) {
    INDArray x = Nd4j.createFromArray(0.6);
    assertThat(create(spec).getActivation(x, false).getDouble(0)).isCloseTo(value, within(1e-10));
  }

  @Test
  void softmaxIsDl4jsAndRight() {
    IActivation softmax = create("softmax");
    assertThat(softmax).isExactlyInstanceOf(ActivationSoftmax.class);
    INDArray x =
        Nd4j.createFromArray(new double[][] {{0, Math.log(2), Math.log(5)}, {700, 0, 700}});
    INDArray y = softmax.getActivation(x, false);
    assertThat(y.getRow(0).toDoubleVector())
        .containsExactly(new double[] {0.125, 0.25, 0.625}, within(1e-12));
    assertThat(y.getRow(1).toDoubleVector())
        .containsExactly(new double[] {0.5, 0, 0.5}, within(1e-12));
  }

  @Test
  void dl4jFindsTheClassesThatItAsksFor() {
    assertThat(create("linear")).isExactlyInstanceOf(ActivationIdentity.class);
    assertThat(create("sigmoid")).isInstanceOf(ActivationSigmoid.class);
    assertThat(create("tanh")).isInstanceOf(ActivationTanH.class);
    assertThat(new Sigmoid()).isNotEqualTo(new ActivationSigmoid());
    assertThat(new ActivationSigmoid()).isNotEqualTo(new Sigmoid());
    assertThat(new ActivationTanH()).isNotEqualTo(new Tanh());
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "softmax", "sigmoid", "tanh"})
  void comesBackFromJsonAsWhatItWas(String spec) throws Exception {
    var mapper = NeuralNetConfiguration.mapper();
    IActivation made = create(spec);
    assertThat(mapper.readValue(mapper.writeValueAsString(made), IActivation.class))
        .isEqualTo(made)
        .hasSameClassAs(made);
  }
}
