package io.github.dl4jext.regularization.constraints;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ConstraintContract;
import io.github.dl4jext.testkit.fixtures.SmallNetworks;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class MaxNormTest extends ConstraintContract {

  @Override
  protected String spec() {
    return "max_norm(maxNorm=1.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("max_norm(maxNorm=0.25)");
  }

  @Override
  protected double[] held(double... unit) {
    double norm = ConstraintNorms.of(unit);
    return Arrays.stream(unit).map(w -> norm > 1.5 ? w * 1.5 / norm : w).toArray();
  }

  @Override
  protected double[] kept() {
    return new double[] {0.6, -1e-3, 0, 1e-30};
  }

  @Test
  void agreesWithTheClassComment() {
    assertThat(ConstraintNorms.held(new MaxNorm(1), 3, 4)).containsExactly(3 * 0.2, 4 * 0.2);
  }

  @Test
  void noNormOfFloatsIsAboveTheLimitAfterFit() {
    OutputLayer layer =
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(2000)
            .nOut(20)
            .activation(Activation.IDENTITY)
            .build();
    MultiLayerNetwork network =
        SmallNetworks.network(
            SmallNetworks.base().dataType(DataType.FLOAT).list().layer(layer).build());
    Constraints.onWeights(network, new MaxNorm(0.1));
    for (int i = 0; i < 5; i++) {
      network.fit(Nd4j.randn(DataType.FLOAT, 16, 2000), Nd4j.randn(DataType.FLOAT, 16, 20));
      INDArray norms = network.getParam("0_W").castTo(DataType.DOUBLE).norm2(0);
      assertThat(norms.maxNumber().doubleValue()).isLessThanOrEqualTo(0.1 * (1 + 1e-6));
      assertThat(norms.minNumber().doubleValue()).isGreaterThan(0.1 * (1 - 1e-6));
    }
  }
}
