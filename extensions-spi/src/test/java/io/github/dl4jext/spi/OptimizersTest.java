package io.github.dl4jext.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
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
}
