package io.github.dl4jext.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Expm1;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
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

  /** The derivative takes exp(4x), which is beyond float from ln(3.4e38) / 4 = 22.18071 on. */
  @Test
  void mishHasNoSlopeFrom22On() {
    float last = 22.180708f;
    float first = Math.nextUp(last);
    assertThat(slope(new ActivationMish(), first)).isNaN();
    assertThat(slope(new ActivationMish(), last)).isEqualTo(1);
    assertThat(slope(new Mish(), first)).isEqualTo(1);
    assertThat(slope(new Mish(), last)).isEqualTo(1);
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

  /** How far a native function is from that of Java, which is right to the last digit. */
  private static double relativeError(
      BiFunction<INDArray, INDArray, Op> theirs, DoubleUnaryOperator right, INDArray x) {
    INDArray out = x.ulike();
    Nd4j.getExecutioner().exec(theirs.apply(x, out));
    double exact = right.applyAsDouble(x.getDouble(0));
    return Math.abs(out.getDouble(0) / exact - 1);
  }

  /** The functions that exist for small inputs take the difference that they are meant to avoid. */
  @Test
  void smallInputsLoseTheirDigits() {
    INDArray inFloat = row(1e-7);
    assertThat(relativeError(Log1p::new, Math::log1p, inFloat)).isBetween(0.1, 0.2);
    assertThat(relativeError(Expm1::new, Math::expm1, inFloat)).isBetween(0.1, 0.2);
    assertThat(
            relativeError(
                org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh::new, Math::tanh, inFloat))
        .isBetween(0.1, 0.2);
    INDArray inDouble = Nd4j.createFromArray(1e-12);
    assertThat(relativeError(Log1p::new, Math::log1p, inDouble)).isBetween(1e-5, 1e-4);
    assertThat(relativeError(Expm1::new, Math::expm1, inDouble)).isBetween(1e-5, 1e-4);
    assertThat(
            relativeError(
                org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh::new, Math::tanh, inDouble))
        .isBetween(1e-5, 1e-4);
    assertThat(value(new ActivationTanH(), 1e-8)).as("should be 1e-8").isZero();

    for (double size = 1e-30; size < 80; size *= 1.3) {
      float x = (float) -size;
      assertDigits(new ELU(1), x, Math.expm1(x));
      assertDigits(new CELU(2), x, 2 * Math.expm1(x / 2));
      assertDigits(new SELU(), x, 1.0507009873554805 * 1.6732632423543772 * Math.expm1(x));
      assertDigits(new Tanh(), x, Math.tanh(x));
      assertDigits(new Softplus(), x, Math.log1p(Math.exp(x)));
      assertDigits(new LogSigmoid(), -x, -Math.log1p(Math.exp(x)));
      if (size < 1e-4 && size > 1e-12) {
        assertDigits(new TanhShrink(), x, Math.pow(x, 3) / 3);
      }
    }
  }

  private static void assertDigits(IActivation ours, float x, double right) {
    assertThat(value(ours, x) / right).as("%s at %s", ours, x).isCloseTo(1, within(2e-7));
  }

  /** The slope is taken from the value, which has no digits left of what is missing to 1. */
  @Test
  void theSlopesOfSigmoidAndTanhEndEarly() {
    assertThat(slope(new ActivationSigmoid(), 17)).isZero();
    assertThat(slope(new Sigmoid(), 17) / Math.exp(-17)).isCloseTo(1, within(1e-6));
    assertThat(slope(new ActivationTanH(), 9.2)).isZero();
    assertThat(slope(new Tanh(), 9.2) / (4 * Math.exp(-2 * (double) 9.2f)))
        .isCloseTo(1, within(1e-6));
  }
}
