package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class NormsTest {

  private static INDArray normal(DataType type, long... shape) {
    return TestNetworks.normal(new Random(3), shape).castTo(type);
  }

  private static double[] exact(INDArray array) {
    double squares = 0;
    double absolutes = 0;
    for (double value : TestNetworks.numbers(array)) {
      squares += value * value;
      absolutes += Math.abs(value);
    }
    return new double[] {squares, absolutes};
  }

  @Test
  void areRightForLongFloats() {
    INDArray floats = normal(DataType.FLOAT, 1_000_003);
    double[] exact = exact(floats);
    assertThat(Norms.l2(floats)).isCloseTo(Math.sqrt(exact[0]), withinPercentage(1e-5));
    assertThat(Norms.sumOfSquares(floats)).isCloseTo(exact[0], withinPercentage(2e-5));
    assertThat(Norms.sumOfAbsolutes(floats)).isCloseTo(exact[1], withinPercentage(2e-5));
    INDArray doubles = floats.castTo(DataType.DOUBLE);
    assertThat(Norms.l2(doubles)).isCloseTo(Math.sqrt(exact[0]), withinPercentage(1e-11));
  }

  @Test
  void takeViewsHalvesAndEveryOrder() {
    INDArray array = normal(DataType.DOUBLE, 7, 5);
    INDArray view = array.get(NDArrayIndex.interval(1, 6), NDArrayIndex.interval(2, 4));
    for (INDArray some : List.of(view, view.transpose(), view.dup('f'))) {
      double[] exact = exact(some);
      assertThat(Norms.l2(some)).isCloseTo(Math.sqrt(exact[0]), within(1e-12));
      assertThat(Norms.sumOfSquares(some)).isCloseTo(exact[0], within(1e-12));
      assertThat(Norms.sumOfAbsolutes(some)).isCloseTo(exact[1], within(1e-12));
    }
    INDArray halves = Nd4j.createFromArray(3.0, 4.0).castTo(DataType.FLOAT16);
    assertThat(Norms.l2(halves)).isEqualTo(5);
    assertThat(Norms.l2(List.of(halves, Nd4j.createFromArray(12f)))).isEqualTo(13);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-200, 1e-160, 1e-30, 1, 1e30, 1e160, 1e200})
  void neitherOverflowNorUnderflow(double size) {
    INDArray doubles = Nd4j.createFromArray(3 * size, 4 * size);
    assertThat(Norms.l2(doubles)).isCloseTo(5 * size, withinPercentage(1e-10));
    if (size >= 1e-30 && size <= 1e30) {
      INDArray floats = doubles.castTo(DataType.FLOAT);
      assertThat(Norms.l2(floats)).isCloseTo(5 * size, withinPercentage(1e-4));
    }
  }

  @Test
  void showWhatIsNotFinite() {
    assertThat(Norms.l2(Nd4j.createFromArray(1f, Float.NaN))).isNaN();
    assertThat(Norms.l2(Nd4j.createFromArray(1f, Float.NEGATIVE_INFINITY))).isInfinite();
    assertThat(Norms.l2(Nd4j.zeros(4))).isZero();
    INDArray large = Nd4j.createFromArray(1.7e308, 1.7e308);
    assertThat(Norms.l2(large)).isInfinite();
    ScaledNorm norm = ScaledNorm.of(List.of(large));
    assertThat(norm.isFinite()).isTrue();
    assertThat(norm.isAbove(Double.MAX_VALUE)).isTrue();
    assertThat(ScaledNorm.of(List.of(Nd4j.createFromArray(Double.NaN))).isAbove(0)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-38, 1, 3e38})
  void shrinkToALimitAndNoFurther(double size) {
    INDArray floats = Nd4j.createFromArray((float) size, (float) size);
    ScaledNorm norm = ScaledNorm.of(List.of(floats));
    double limit = size / 2;
    assertThat(norm.isAbove(limit)).isTrue();
    norm.shrink(List.of(floats), limit);
    assertThat(Norms.l2(floats))
        .isCloseTo(limit, withinPercentage(1e-4))
        .isLessThanOrEqualTo(limit);
  }

  @Test
  void ofUnitsAreThoseOfTheirWeights() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16)) {
      INDArray weights = normal(type, 4, 3, 5);
      for (char order : new char[] {'c', 'f'}) {
        double[] norms = new UnitNorms(weights.dup(order), 0, 2).norms();
        for (int unit = 0; unit < 3; unit++) {
          INDArray own = weights.get(NDArrayIndex.all(), NDArrayIndex.point(unit));
          assertThat(norms[unit]).isCloseTo(Math.sqrt(exact(own)[0]), within(1e-6));
        }
      }
    }
    INDArray small = Nd4j.createFromArray(new double[][] {{3e-200, 1}, {4e-200, 1}});
    assertThat(new UnitNorms(small, 0).norms()[0]).isCloseTo(5e-200, withinPercentage(1e-10));
    new UnitNorms(small, 0).scale(new double[] {1, 0.5});
    assertThat(TestNetworks.numbers(small)).containsExactly(3e-200, 0.5, 4e-200, 0.5);
  }

  @Test
  void hostMemoryReadsAndWritesInPlace() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      INDArray all = Nd4j.createFromArray(1.0, 2, 3, 4, 5).castTo(type);
      INDArray view = all.get(NDArrayIndex.interval(1, 4));
      HostMemory memory = new HostMemory(view, 4);
      double[] numbers = new double[4];
      memory.read(1, numbers, 2);
      assertThat(numbers).containsExactly(3, 4, 0, 0);
      memory.write(0, new double[] {7, 8}, 2);
      assertThat(TestNetworks.numbers(all)).containsExactly(1, 7, 8, 4, 5);
    }
    assertThat(HostMemory.address(null)).isZero();
    INDArray halves = Nd4j.zeros(DataType.FLOAT16, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HostMemory(halves, 1))
        .withMessage("only floats and doubles are read from memory, was HALF");
  }
}
