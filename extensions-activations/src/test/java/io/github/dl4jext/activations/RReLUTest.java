package io.github.dl4jext.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RReLUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "rrelu(lower=0.2, upper=0.4)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("rrelu(lower=0.1, upper=0.4)", "rrelu(lower=0.2, upper=0.5)");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "rrelu(lower=0.2, upper=0.4)");
  }

  @Override
  protected double[] kinks() {
    return new double[] {0};
  }

  @Test
  void layersMayShareAnInstance() {
    RReLU shared = new RReLU();
    INDArray first = Nd4j.linspace(-3, -1, 50, DataType.DOUBLE);
    INDArray second = Nd4j.linspace(-9, -5, 50, DataType.DOUBLE);
    INDArray firstSlopes = shared.getActivation(first.dup(), true).div(first);
    INDArray secondSlopes = shared.getActivation(second.dup(), true).div(second);
    // DL4J goes back through the layers in reverse order
    assertSlopes(shared, second, secondSlopes);
    assertSlopes(shared, first, firstSlopes);
  }

  private static void assertSlopes(RReLU activation, INDArray in, INDArray slopes) {
    INDArray gradient = activation.backprop(in.dup(), Nd4j.onesLike(in)).getFirst();
    assertThat(gradient.equalsWithEps(slopes, 1e-12)).isTrue();
  }

  @Test
  void slopesAreUniformAndNewInEveryPass() {
    int n = 100_000;
    Nd4j.getRandom().setSeed(5);
    RReLU activation = new RReLU(0.2, 0.8);
    INDArray in = Nd4j.ones(DataType.DOUBLE, n).negi();
    INDArray slopes = activation.getActivation(in.dup(), true).negi();
    double deviation = 0.6 / Math.sqrt(12);
    assertThat(slopes.minNumber().doubleValue()).isBetween(0.2, 0.201);
    assertThat(slopes.maxNumber().doubleValue()).isBetween(0.799, 0.8);
    // five standard errors of the mean of n uniform numbers
    assertThat(slopes.meanNumber().doubleValue())
        .isCloseTo(0.5, within(5 * deviation / Math.sqrt(n)));
    assertThat(slopes.stdNumber().doubleValue()).isCloseTo(deviation, within(0.002));
    assertThat(activation.getActivation(in.dup(), true).negi()).isNotEqualTo(slopes);
  }

  @Test
  void theNetworksSeedRepeatsTheSlopes() {
    INDArray in = Nd4j.ones(DataType.FLOAT, 10).negi();
    Nd4j.getRandom().setSeed(5);
    INDArray once = new RReLU().getActivation(in.dup(), true);
    Nd4j.getRandom().setSeed(5);
    assertThat(new RReLU().getActivation(in.dup(), true)).isEqualTo(once);
  }

  @Test
  void theUpperSlopeIsNotBelowTheLower() {
    assertThatThrownBy(() -> new RReLU(0.5, 0.4))
        .hasMessage("rrelu: upper must be at least lower, which is 0.5, was 0.4");
    assertThatThrownBy(() -> new RReLU(2, 0.4))
        .hasMessage("rrelu: lower must be a number in (0, 1], was 2.0");
  }
}
