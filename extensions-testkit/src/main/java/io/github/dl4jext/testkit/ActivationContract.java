package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tests what every activation must do.
 *
 * <ul>
 *   <li>Its values and derivatives agree with golden ones, with a relative error of at most 4e-6 in
 *       float and 1e-12 in double, for tiny inputs and in the tails too, down to the smallest
 *       normal number of the type.
 *   <li>Its derivative agrees with finite differences.
 *   <li>Value and derivative are finite for every finite input, in float and double, and NaN stays
 *       NaN.
 *   <li>It may compute in place, and accepts arrays of any shape and order, and views.
 *   <li>Both types of network can be trained with it, also after JSON, saving, restoring and
 *       cloning.
 *   <li>It satisfies {@link StoredPluginContract}.
 * </ul>
 *
 * <p>A test states the facts of one activation:
 *
 * <pre>{@code
 * class SnakeTest extends ActivationContract {
 *   @Override
 *   protected String spec() {
 *     return "snake(alpha=0.7)";
 *   }
 *
 *   @Override
 *   protected List<String> otherSpecs() {
 *     return List.of("snake(alpha=0.8)");
 *   }
 *
 *   @Override
 *   protected List<Golden> golden() {
 *     return Golden.read("/golden/snake.json", "snake");
 *   }
 * }
 * }</pre>
 */
public abstract class ActivationContract extends ActivationArrays {

  /**
   * Returns points of {@link #spec()} that another program has computed, as they are when not
   * training.
   *
   * @return at least 50 points, better a hundred: tiny, small and large, of both signs; x must be
   *     exact in float
   */
  protected abstract List<Golden> golden();

  /**
   * Returns the places where the function has a corner or a jump. Derivatives are not compared
   * there.
   *
   * @return the places; none unless overridden
   */
  protected double[] kinks() {
    return new double[0];
  }

  @Override
  protected final Class<IActivation> kind() {
    return IActivation.class;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void agreesWithGoldenValues(DataType type) {
    List<Golden> points = golden();
    assertThat(points).as("golden points").hasSizeGreaterThanOrEqualTo(50);
    assertThat(points)
        .as("the x of golden points must be exact in float")
        .allMatch(point -> (float) point.x() == point.x());
    INDArray x = row(type, points.stream().mapToDouble(Golden::x).toArray());
    assertDigits(points, forward(create(), x), gradient(create(), x));
  }

  @Test
  final void floatKeepsTheDigitsThatDoubleHas() {
    double[] sizes = DoubleStream.iterate(1e-8, x -> x < 1000, x -> x * 1.07).toArray();
    INDArray x =
        row(
            DataType.FLOAT,
            DoubleStream.concat(Arrays.stream(sizes), Arrays.stream(sizes).map(s -> -s)).toArray());
    INDArray exact = x.castTo(DataType.DOUBLE);
    INDArray value = forward(create(), exact);
    INDArray gradient = gradient(create(), exact);
    List<Golden> points = new ArrayList<>();
    for (int i = 0; i < exact.length(); i++) {
      points.add(new Golden(exact.getDouble(i), value.getDouble(i), gradient.getDouble(i)));
    }
    assertDigits(points, forward(create(), x), gradient(create(), x));
  }

  /**
   * Asserts that all but the last few digits of the type agree, however small the number is. A
   * derivative that is near 0 is the difference of larger numbers, so its error may also be
   * relative to the mean slope f(x) / x.
   */
  private void assertDigits(List<Golden> points, INDArray value, INDArray gradient) {
    SoftAssertions soft = new SoftAssertions();
    for (int i = 0; i < points.size(); i++) {
      Golden point = points.get(i);
      double expected = point.value();
      assertDigits(soft, "value", point.x(), value, i, expected, expected);
      if (Arrays.stream(kinks()).noneMatch(kink -> kink == point.x())) {
        double slope = point.derivative();
        double mean = point.x() == 0 ? slope : expected / point.x();
        assertDigits(soft, "derivative", point.x(), gradient, i, slope, mean);
      }
    }
    soft.assertAll();
  }

  private static void assertDigits(
      SoftAssertions soft,
      String what,
      double x,
      INDArray actual,
      int i,
      double expected,
      double size) {
    boolean isDouble = actual.dataType() == DataType.DOUBLE;
    if (Math.abs(expected) > (isDouble ? Double.MAX_VALUE : Float.MAX_VALUE)) {
      return; // not a number of this type, which isFiniteForEveryFiniteInput is about
    }
    double leastNormal = isDouble ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    double scale = Math.max(Math.abs(expected), Math.abs(size));
    double bound = scale < leastNormal ? leastNormal : scale * (isDouble ? 1e-12 : 4e-6);
    soft.assertThat(actual.getDouble(i))
        .as("%s at %s in %s", what, x, actual.dataType())
        .isCloseTo(expected, within(bound));
  }

  @Test
  final void gradientMatchesFiniteDifferences() {
    double[] places =
        DoubleStream.concat(
                DoubleStream.iterate(-12.003, x -> x < 12, x -> x + 0.117),
                DoubleStream.of(-90.7, -40.3, 40.3, 90.7, -1e-3, 1e-3, -1e-5, 1e-5))
            .filter(x -> Arrays.stream(kinks()).noneMatch(kink -> Math.abs(x - kink) < 1e-4))
            .toArray();
    double h = 1e-5;
    INDArray x = row(DataType.DOUBLE, places);
    IActivation activation = create();
    // The same seed before each pass: what is random in training must come from ND4J's generator.
    INDArray right = seeded(activation, x.add(h));
    INDArray left = seeded(activation, x.sub(h));
    seeded(activation, x);
    INDArray gradient = gradient(activation, x);
    INDArray numeric = right.sub(left).div(2 * h);
    for (int i = 0; i < places.length; i++) {
      double expected = numeric.getDouble(i);
      // truncation is h^2 f'''/6, rounding is eps |f| / h: both below 1e-8 of the scale
      double scale = Math.max(1, Math.max(Math.abs(expected), Math.abs(right.getDouble(i))));
      assertThat(gradient.getDouble(i))
          .as("derivative at %s", places[i])
          .isCloseTo(expected, within(1e-7 * scale));
    }
  }

  private static INDArray seeded(IActivation activation, INDArray x) {
    Nd4j.getRandom().setSeed(42);
    return activation.getActivation(x.dup(), true);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void isFiniteForEveryFiniteInput(DataType type) {
    double largest = type == DataType.DOUBLE ? Double.MAX_VALUE : Float.MAX_VALUE;
    double smallest = type == DataType.DOUBLE ? Double.MIN_VALUE : Float.MIN_VALUE;
    double[] magnitudes =
        DoubleStream.concat(
                DoubleStream.of(0, smallest, largest, largest / 2, Math.sqrt(largest)),
                DoubleStream.iterate(1e-7, x -> x < largest / 4, x -> x * 1.19))
            .toArray();
    double[] both =
        DoubleStream.concat(Arrays.stream(magnitudes), Arrays.stream(magnitudes).map(x -> -x))
            .toArray();
    INDArray x = row(type, both);
    for (boolean training : new boolean[] {false, true}) {
      IActivation activation = create();
      assertFinite(both, activation.getActivation(x.dup(), training), "value");
      assertFinite(both, gradient(activation, x), "derivative");
    }
  }

  private static void assertFinite(double[] x, INDArray result, String what) {
    for (int i = 0; i < x.length; i++) {
      assertThat(result.getDouble(i)).as("%s at %s", what, x[i]).isFinite();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void nanStaysNan(DataType type) {
    INDArray x = row(type, -1, Double.NaN, 1);
    for (boolean training : new boolean[] {false, true}) {
      IActivation activation = create();
      INDArray value = activation.getActivation(x.dup(), training);
      INDArray gradient = gradient(activation, x);
      for (INDArray result : List.of(value, gradient)) {
        assertThat(result.getDouble(1)).isNaN();
        assertThat(result.getDouble(0)).isFinite();
        assertThat(result.getDouble(2)).isFinite();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  final void infinitiesHaveAValueAndASlope(DataType type) {
    INDArray x = row(type, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    INDArray value = forward(create(), x);
    INDArray gradient = gradient(create(), x);
    for (int i = 0; i < 2; i++) {
      assertThat(value.getDouble(i)).as("value at %s", x.getDouble(i)).isNotNaN();
      assertThat(gradient.getDouble(i)).as("derivative at %s", x.getDouble(i)).isFinite();
    }
  }

  @Test
  final void survivesSavingAndResumesInAMultiLayerNetwork() {
    Networks.assertResumes(Networks.multiLayer(layer -> layer.activation(create())));
  }

  @Test
  final void survivesSavingAndResumesInAComputationGraph() {
    Networks.assertResumes(Networks.graph(layer -> layer.activation(create())));
  }
}
