package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sums of squares by unit, for any shape and order. */
class UnitSquaresTest {

  @Property
  void sumsAreThoseOfALoopForAnyShapeAndOrder(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 13) Integer> sizes,
      @ForAll @IntRange(max = 15) int summedDimensions,
      @ForAll boolean fortran,
      @ForAll boolean doubles) {
    long[] shape = sizes.stream().mapToLong(i -> i * 1L).toArray();
    INDArray array =
        Nd4j.createUninitialized(
            doubles ? DataType.DOUBLE : DataType.FLOAT, shape, fortran ? 'f' : 'c');
    int[] stride = new int[shape.length];
    int units = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      if ((summedDimensions >> d & 1) == 0) {
        stride[d] = units;
        units *= (int) shape[d];
      }
    }
    double[] expected = new double[units];
    for (long i = 0; i < array.length(); i++) {
      long rest = i;
      int unit = 0;
      long[] index = new long[shape.length];
      for (int d = shape.length - 1; d >= 0; d--) {
        index[d] = rest % shape[d];
        rest /= shape[d];
        unit += (int) index[d] * stride[d];
      }
      array.putScalar(index, i % 7 - 3);
      expected[unit] += (i % 7 - 3) * (i % 7 - 3);
    }
    assertThat(UnitSquares.of(array, stride, units)).isEqualTo(expected); // whole numbers: exact
  }
}
