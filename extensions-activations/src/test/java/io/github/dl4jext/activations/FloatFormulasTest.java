package io.github.dl4jext.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Plugins;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The formulas in float against those in double, at all exponents of a float and in the tails. */
class FloatFormulasTest {

  /** Of every power of two nine floats, both signs, and the tails in steps of a hundredth. */
  private static final float[] PLACES =
      floats(
          DoubleStream.concat(
              IntStream.rangeClosed(Float.MIN_EXPONENT, Float.MAX_EXPONENT)
                  .boxed()
                  .flatMapToDouble(
                      e ->
                          DoubleStream.of(1, 1.001, 1.1, 1.234567, 1.4999, 1.5001, 1.7, 1.9, 1.9999)
                              .map(m -> Math.scalb(m, e))),
              DoubleStream.iterate(0.01, x -> x < 200, x -> x + 0.01)));

  private static float[] floats(DoubleStream sizes) {
    double[] both = sizes.flatMap(x -> DoubleStream.of(x, -x)).toArray();
    float[] floats = new float[both.length];
    for (int i = 0; i < both.length; i++) {
      floats[i] = (float) both[i];
    }
    return floats;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mish",
        "swish",
        "swish(beta=2)",
        "swish(beta=0.7)",
        "swish(beta=1e-9)",
        "swish(beta=9e9)",
        "swish(beta=1e12)",
        "swish(beta=1e-12)",
        "gelu",
        "gelu_sigmoid",
        "elu",
        "elu(alpha=9e9)",
        "elu(alpha=1e-9)",
        "elu(alpha=1e25)",
        "selu",
        "softplus",
        "log_sigmoid",
        "sigmoid",
        "tanh"
      })
  void keepTheDigitsThatTheContractWants(String spec) {
    IActivation activation = Plugins.installed().create(IActivation.class, spec);
    INDArray floats = Nd4j.createFromArray(PLACES);
    INDArray doubles = floats.castTo(DataType.DOUBLE);
    float[] values = activation.getActivation(floats.dup(), true).toFloatVector();
    double[] exact = activation.getActivation(doubles.dup(), true).toDoubleVector();
    float[] slopes = activation.backprop(floats, Nd4j.onesLike(floats)).getFirst().toFloatVector();
    double[] exactSlopes =
        activation.backprop(doubles, Nd4j.onesLike(doubles)).getFirst().toDoubleVector();
    SoftAssertions soft = new SoftAssertions();
    for (int i = 0; i < PLACES.length; i++) {
      check(soft, "value", PLACES[i], values[i], exact[i], exact[i]);
      check(soft, "slope", PLACES[i], slopes[i], exactSlopes[i], exact[i] / PLACES[i]);
    }
    soft.assertAll();
  }

  /** What {@code ActivationContract} asks: 4e-6 of the size, or the least normal number. */
  private static void check(
      SoftAssertions soft, String what, float x, float actual, double expected, double size) {
    double bound = Math.max(4e-6 * Math.max(Math.abs(expected), Math.abs(size)), Float.MIN_NORMAL);
    if (Math.abs(expected) <= Float.MAX_VALUE && !(Math.abs(actual - expected) <= bound)) {
      soft.fail("%s at %s: %s, not %s", what, x, actual, expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mish",
        "swish",
        "swish(beta=0.7)",
        "gelu",
        "gelu_sigmoid",
        "elu",
        "selu",
        "softplus",
        "log_sigmoid",
        "sigmoid",
        "tanh"
      })
  void areTheSameAsInDoubleAtTheEnds(String spec) {
    IActivation activation = Plugins.installed().create(IActivation.class, spec);
    INDArray floats =
        Nd4j.createFromArray(
            Float.NEGATIVE_INFINITY, Float.NaN, 0f, -0f, 3e38f, -3e38f, Float.MIN_VALUE);
    INDArray doubles = floats.castTo(DataType.DOUBLE);
    float[] values = activation.getActivation(floats.dup(), true).toFloatVector();
    double[] exact = activation.getActivation(doubles.dup(), true).toDoubleVector();
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(exact[i]) || Math.abs(exact[i]) > 1e30) {
        assertThat(values[i]).isEqualTo(Float.valueOf((float) exact[i]));
      } else {
        assertThat((double) values[i]).isCloseTo(exact[i], within(2e-7));
      }
    }
    float far = activation.getActivation(Nd4j.createFromArray(-1e30f), true).getFloat(0);
    assertThat(values[0]).isEqualTo(far == -1e30f ? Float.NEGATIVE_INFINITY : far);
  }

  @Test
  void threadsDoNotDisturbEachOther() {
    IActivation activation = new Mish();
    INDArray source = Nd4j.linspace(DataType.FLOAT, -9, 0.001, 20_000);
    float[] alone = activation.getActivation(source.dup(), true).toFloatVector();
    boolean same =
        IntStream.range(0, 64)
            .parallel()
            .allMatch(
                i ->
                    Arrays.equals(
                        alone, activation.getActivation(source.dup(), true).toFloatVector()));
    assertThat(same).isTrue();
  }
}
