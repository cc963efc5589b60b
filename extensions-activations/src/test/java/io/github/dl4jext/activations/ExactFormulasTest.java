package io.github.dl4jext.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares with StrictMath at all exponents, and in between. */
class ExactFormulasTest {

  /** Of every power of two nine numbers, both signs. */
  private static final double[] EVERY_EXPONENT =
      IntStream.rangeClosed(Double.MIN_EXPONENT, Double.MAX_EXPONENT)
          .boxed()
          .flatMapToDouble(e -> mantissas().map(m -> Math.scalb(m, e)))
          .flatMap(x -> DoubleStream.of(x, -x))
          .toArray();

  /** For every power of two that exp may be, nine numbers where it is near. */
  private static final double[] EVERY_POWER =
      IntStream.range(Double.MIN_EXPONENT, Double.MAX_EXPONENT)
          .boxed()
          .flatMapToDouble(k -> mantissas().map(m -> (k + m - 1) * Math.log(2)))
          .toArray();

  private static DoubleStream mantissas() {
    return DoubleStream.of(1, 1.001, 1.1, 1.234567, 1.4999, 1.5001, 1.7, 1.9, 1.999999);
  }

  @Test
  void expIsWithin4e16() {
    ExactFormulas.Formula exp = (x, spare, count) -> ExactFormulas.exp(x, spare[0], count);
    assertAgrees(exp, StrictMath::exp, EVERY_POWER, 4e-16);
    assertAgrees(exp, StrictMath::exp, within(EVERY_EXPONENT, -708, 709), 4e-16);
  }

  @Test
  void expm1IsWithin5e16HoweverSmallTheNumber() {
    ExactFormulas.Formula expm1 = (x, spare, count) -> ExactFormulas.expm1(x, spare[0], count);
    assertAgrees(expm1, StrictMath::expm1, EVERY_POWER, 5e-16);
    assertAgrees(expm1, StrictMath::expm1, within(EVERY_EXPONENT, -1e308, 709), 5e-16);
  }

  @Test
  void softplusOfMinusIsWithin6e15InTheTailToo() {
    ExactFormulas.Formula softplus =
        (x, spare, count) -> {
          ExactFormulas.softplusOfMinus(x, spare, count);
          System.arraycopy(spare[0], 0, x, 0, count);
        };
    assertAgrees(
        softplus,
        x -> StrictMath.log1p(StrictMath.exp(-Math.abs(x))),
        within(EVERY_EXPONENT, -708, 708),
        6e-15);
  }

  @Test
  void sigmoidIsWithin6e16() {
    assertAgrees(
        ExactFormulas::sigmoid,
        x -> x > 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x)),
        within(EVERY_EXPONENT, -708, 1e308),
        6e-16);
  }

  @ParameterizedTest // by mpmath, 30 digits
  @CsvSource({
    "0, 1.0",
    "1e-9, 1.0000000008716208",
    "0.25, 1.1555198215964951",
    "1, 1.282750728467421",
    "3.5, 1.2423492448711544",
    "10, 1.1789608476202743",
    "26, 1.1492299970798341",
    "1e3, 1.1289427922082287",
    "1e50, 1.1283791670955126"
  })
  void scaledErfcIsWithin3e15(double z, double expected) {
    double[] x = {z};
    ExactFormulas.scaledErfc(x, new double[1], 1);
    assertThat(x[0]).isCloseTo(expected, withinPercentage(3e-13));
  }

  @Test
  void outOfRangeAndNotANumber() {
    double[] x = {Double.NEGATIVE_INFINITY, -1e308, -709, Double.NaN};
    ExactFormulas.exp(x, new double[4], 4);
    assertThat(x).containsExactly(0, 0, 0, Double.NaN);
    assertThat(ExactFormulas.step(Double.MIN_VALUE)).isEqualTo(1);
    assertThat(ExactFormulas.step(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(ExactFormulas.step(-Double.MIN_VALUE)).isZero();
    assertThat(ExactFormulas.step(0)).isZero();
    assertThat(ExactFormulas.step(Double.NaN)).isNaN();
  }

  private static double[] within(double[] x, double low, double high) {
    return DoubleStream.of(x).filter(each -> each > low && each < high).toArray();
  }

  private static void assertAgrees(
      ExactFormulas.Formula formula, DoubleUnaryOperator expected, double[] x, double relative) {
    double[] actual = x.clone();
    formula.apply(actual, new double[3][x.length], x.length);
    SoftAssertions soft = new SoftAssertions();
    for (int i = 0; i < x.length; i++) {
      double reference = expected.applyAsDouble(x[i]);
      double bound = Math.abs(reference) * relative;
      if (!(Math.abs(actual[i] - reference) <= bound)) {
        soft.fail("at %s: %s, not %s", x[i], actual[i], reference);
      }
    }
    soft.assertAll();
  }
}
