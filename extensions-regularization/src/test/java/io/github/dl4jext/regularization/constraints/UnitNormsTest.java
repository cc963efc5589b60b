package io.github.dl4jext.regularization.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.network.UnitNorms;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class UnitNormsTest {

  private static double[] norms(INDArray dense) {
    UnitAxes units = UnitAxes.of(new DenseLayer.Builder().build(), "W", dense);
    return new UnitNorms(units.weights(), units.summedDimensions()).norms();
  }

  /** ND4J's own norm is further off than the 1e-6 that is promised. */
  @Test
  void longColumnsOfFloatsAreExact() {
    int length = 2_000_000;
    INDArray column = Nd4j.createUninitialized(DataType.FLOAT, new long[] {length, 1}, 'f');
    Random random = new Random(1);
    double sum = 0;
    for (int i = 0; i < length; i++) {
      float weight = (float) (1 + random.nextGaussian());
      column.data().put(i, weight);
      sum += (double) weight * weight;
    }
    assertThat(norms(column)[0] / Math.sqrt(sum)).isCloseTo(1, within(1e-12));
    double host = column.norm2(0).getDouble(0) / Math.sqrt(sum);
    assertThat(Math.abs(host - 1)).as("ND4J's error").isGreaterThan(1e-6);
  }

  @Test
  void doublesWhoseSquaresDoNotFitAreExact() {
    INDArray dense =
        Nd4j.createFromArray(
            new double[][] {{3e200, 3e-200, 0, 3e-320, 1e300}, {4e200, 4e-200, 0, 4e-320, 0}});
    double[] norms = norms(dense);
    assertThat(norms[0] / 5e200).isCloseTo(1, within(1e-15));
    assertThat(norms[1] / 5e-200).isCloseTo(1, within(1e-15));
    assertThat(norms[2]).isZero();
    assertThat(norms[3] / 5e-320).isCloseTo(1, within(1e-3)); // a denormal has few digits
    assertThat(norms[4]).isEqualTo(1e300);
  }

  @Test
  void columnsFarFromTheirNormAreScaledRight() {
    INDArray floats =
        Nd4j.createFromArray(new float[][] {{3e-42f, 3e30f}, {4e-42f, 4e30f}}).dup('f');
    ConstraintNorms.hold(new UnitNorm(), floats);
    assertThat(norms(floats)[0]).isCloseTo(1, within(1e-3)); // a denormal has few digits
    assertThat(norms(floats)[1]).isCloseTo(1, within(1e-6));
    INDArray doubles =
        Nd4j.createFromArray(new double[][] {{3e-308, 3e307}, {4e-308, 4e307}}).dup('f');
    ConstraintNorms.hold(new UnitNorm(), doubles);
    assertThat(norms(doubles)[0]).isCloseTo(1, within(1e-12));
    assertThat(norms(doubles)[1]).isCloseTo(1, within(1e-12));
  }

  @Test
  void halfPrecisionIsHeldToItsOwnRounding() {
    for (DataType type : List.of(DataType.FLOAT16, DataType.BFLOAT16)) {
      INDArray dense =
          Nd4j.createFromArray(new double[][] {{3, 0.3}, {4, 0.4}}).dup('f').castTo(type);
      INDArray before = dense.dup();
      ConstraintNorms.hold(new MaxNorm(1), dense);
      double rounding = type == DataType.FLOAT16 ? 2e-3 : 2e-2;
      assertThat(norms(dense)[0]).isCloseTo(1, within(rounding));
      assertThat(dense.getDouble(0, 1)).isEqualTo(before.getDouble(0, 1));
      INDArray once = dense.dup();
      ConstraintNorms.hold(new MaxNorm(1), dense);
      assertThat(dense.castTo(DataType.DOUBLE)).isEqualTo(once.castTo(DataType.DOUBLE));
    }
  }

  @Test
  void aViewWithGapsIsHeldInPlace() {
    INDArray all = Nd4j.ones(DataType.FLOAT, 6, 8).muli(3);
    INDArray view = all.get(NDArrayIndex.interval(1, 2, 5), NDArrayIndex.interval(2, 6));
    ConstraintNorms.hold(new MaxNorm(1), view);
    assertThat(all.sumNumber().doubleValue()).isCloseTo(3 * 40 + 8 / Math.sqrt(2), within(1e-4));
  }
}
