package io.github.dl4jext.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where DL4J's activations of 1.0.0-M2.1 are wrong and ours are right, in float. A failure of the
 * first assertion of a test means that DL4J has been mended.
 */
class Dl4jActivationDefectsTest {

  private static double value(IActivation activation, double x) {
    return activation.getActivation(row(x), false).getDouble(0);
  }

  private static double slope(IActivation activation, double x) {
    INDArray in = row(x);
    activation.getActivation(in.dup(), true);
    return activation.backprop(in, row(1)).getFirst().getDouble(0);
  }

  private static INDArray row(double x) {
    return Nd4j.createFromArray(x).castTo(DataType.FLOAT);
  }

  @Test
  void mishHasNoSlopeFrom22On() {
    assertThat(slope(new ActivationMish(), 22.2)).isNaN();
    assertThat(slope(new Mish(), 22.2)).isEqualTo(1);
  }

  @Test
  void swishHasNoSlopeFrom60On() {
    assertThat(slope(new ActivationSwish(), 60)).isNaN();
    assertThat(slope(new Swish(), 60)).isEqualTo(1);
  }

  @Test
  void geluHasNoSlopeFrom30On() {
    assertThat(slope(new ActivationGELU(), 30)).isNaN();
    assertThat(slope(new GELU(), 30)).isEqualTo(1);
  }

  @Test
  void geluIsTheSigmoidApproximation() {
    double exact = 0.8413447461;
    assertThat(value(new ActivationGELU(), 1)).isCloseTo(exact + 0.00445, within(1e-5));
    assertThat(value(new GELU(), 1)).isCloseTo(exact, within(1e-7));
  }

  @Test
  void preciseGeluIsOffBy3Percent() {
    double exact = 1.9544997361; // x Phi(x) at 2
    double tanhForm = 1.9545976940;
    assertThat(value(new ActivationGELU(true), 2)).isCloseTo(tanhForm - 0.0335, within(2e-4));
    assertThat(value(new GELU(GELU.Approximation.TANH), 2)).isCloseTo(tanhForm, within(1e-6));
    assertThat(value(new GELU(), 2)).isCloseTo(exact, within(1e-6));
  }

  @Test
  void theSlopeOfEluIgnoresAlpha() {
    double exact = 0.5 * Math.exp(-1);
    assertThat(slope(new ActivationELU(0.5), -1)).isCloseTo(2 * exact, within(1e-6));
    assertThat(slope(new ELU(0.5), -1)).isCloseTo(exact, within(1e-6));
  }

  @Test
  void theSlopeOfRReluIsOne() {
    assertThat(slope(new ActivationRReLU(), -2)).isEqualTo(1);
    assertThat(slope(new RReLU(), -2)).isBetween(1.0 / 8, 1.0 / 3);
  }

  @Test
  void softplusOverflows() {
    assertThat(value(new ActivationSoftPlus(), 100)).isInfinite();
    assertThat(slope(new ActivationSoftPlus(), 100)).isNaN();
    assertThat(value(new Softplus(), 100)).isEqualTo(100);
    assertThat(slope(new Softplus(), 100)).isEqualTo(1);
  }

  @Test
  void relu6HidesNan() {
    assertThat(value(new ActivationReLU6(), Double.NaN)).isEqualTo(6);
    assertThat(value(new ReLU6(), Double.NaN)).isNaN();
  }
}
