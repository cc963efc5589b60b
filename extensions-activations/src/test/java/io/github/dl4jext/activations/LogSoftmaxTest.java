package io.github.dl4jext.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.StoredPluginContract;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LogSoftmaxTest extends StoredPluginContract<IActivation> {

  /** With values and gradients of torch 1.13 in double. */
  private static final double[][] X = {
    {1.5, -0.25, 3.0, 0.0}, {-20.0, 0.5, 0.5, 30.0}, {1e-3, 2e-3, -800.0, 700.0}
  };

  private static final double[][] Y = {
    {-1.7713174771510471, -3.5213174771510474, -0.2713174771510472, -3.2713174771510474},
    {-50.000000000000306, -29.50000000000031, -29.50000000000031, -3.086420008457459e-13},
    {-699.999, -699.998, -1500.0, 0.0}
  };

  private static final double[][] ABOVE = {
    {0.3, -1.0, 0.5, 2.0}, {1.0, 0.25, -0.5, 0.75}, {1.0, 2.0, 3.0, -1.0}
  };

  private static final double[][] GRADIENT = {
    {-0.006195708180725531, -1.0532088356781664, -0.8722739587379811, 1.9316785025968728},
    {1.0, 0.24999999999976857, -0.5000000000002314, -0.749999999999537},
    {1.0, 2.0, 3.0, -6.0}
  };

  private final IActivation activation = new LogSoftmax();

  @Override
  protected Class<IActivation> kind() {
    return IActivation.class;
  }

  @Override
  protected String spec() {
    return "log_softmax";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of();
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void agreesWithTorchInEveryShape(DataType type) {
    double tolerance = type == DataType.DOUBLE ? 1e-14 : 2e-7;
    for (long[] shape : new long[][] {{3, 4}, {5, 3, 4}, {2, 3, 3, 4}, {2, 1, 3, 3, 4}}) {
      for (char order : new char[] {'c', 'f'}) {
        INDArray in = spread(X, type, shape, order);
        assertThat(activation.getActivation(in, true)).as("it overwrites").isSameAs(in);
        assertRows(in, Y, tolerance);
        INDArray again = spread(X, type, shape, order);
        INDArray gradient = activation.backprop(again, spread(ABOVE, type, shape, 'c')).getFirst();
        assertRows(gradient, GRADIENT, tolerance * 10);
      }
    }
  }

  @Test
  void ofAnInfinityOrNaNAllAreNaN() {
    for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      for (int place = 0; place < 3; place++) {
        INDArray in = Nd4j.zeros(DataType.DOUBLE, 1, 3);
        in.putScalar(place, odd);
        assertThat(activation.getActivation(in, false).toDoubleVector()).containsOnly(Double.NaN);
      }
    }
    INDArray in = Nd4j.createFromArray(new double[][] {{Double.NEGATIVE_INFINITY, 0, 0}});
    assertThat(activation.getActivation(in, false).toDoubleVector())
        .containsExactly(Double.NEGATIVE_INFINITY, -Math.log(2), -Math.log(2));
  }

  @Test
  void gradientsOfAnotherShapeAreRefused() {
    assertThatThrownBy(() -> activation.backprop(Nd4j.zeros(2, 3), Nd4j.zeros(2, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epsilon must have the shape of the input [2, 3], was [2, 4]");
  }

  /** Repeats the rows. */
  private static INDArray spread(double[][] rows, DataType type, long[] shape, char order) {
    INDArray array = Nd4j.create(type, shape, order);
    INDArray flat = array.reshape('c', array.length() / 12, 3, 4);
    INDArray matrix = Nd4j.createFromArray(rows).castTo(type);
    for (long place = 0; place < flat.size(0); place++) {
      for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 4; c++) {
          flat.putScalar(new long[] {place, r, c}, matrix.getDouble(r, c));
        }
      }
    }
    return flat.reshape('c', shape).dup(order);
  }

  private static void assertRows(INDArray array, double[][] expected, double tolerance) {
    INDArray flat = array.dup('c').reshape('c', array.length() / 12, 3, 4);
    for (long place = 0; place < flat.size(0); place++) {
      for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 4; c++) {
          double one = expected[r][c];
          assertThat(flat.getDouble(place, r, c))
              .isCloseTo(one, within(tolerance * Math.max(Math.abs(one), 1)));
        }
      }
    }
  }
}
