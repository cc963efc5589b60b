package io.github.dl4jext.listeners.clipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.ScaledNorm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ScaledNormTest {

  @Test
  void aNormThatFitsNoFloatIsClippedRight() {
    for (double size : new double[] {1e20, 3e38, 1e-30}) {
      INDArray piece = Nd4j.valueArrayOf(new long[] {1, 100}, size, DataType.FLOAT);
      INDArray rest = Nd4j.valueArrayOf(new long[] {1, 300}, -size, DataType.FLOAT);
      ScaledNorm norm = ScaledNorm.of(List.of(piece, rest));
      assertThat(norm.value()).isCloseTo(20 * size, within(20 * size * 1e-6));
      norm.shrink(List.of(piece, rest), 2);
      assertThat(piece.toFloatMatrix()[0]).hasSize(100).containsOnly(piece.getFloat(0));
      assertThat(piece.getDouble(0)).isCloseTo(0.1, within(1e-7));
      assertThat(rest.getDouble(299)).isCloseTo(-0.1, within(1e-7));
    }
    INDArray huge = Nd4j.valueArrayOf(new long[] {400}, 1e308, DataType.DOUBLE);
    ScaledNorm norm = ScaledNorm.of(List.of(huge));
    assertThat(norm.value()).isInfinite();
    assertThat(norm.isAbove(2)).isTrue();
    norm.shrink(List.of(huge), 2);
    assertThat(huge.getDouble(399)).isCloseTo(0.1, within(1e-15));
  }

  @Test
  void aLongNormIsExactWhereThatOfNd4jIsNot() {
    INDArray many = Nd4j.valueArrayOf(new long[] {1 << 22}, 1.1, DataType.FLOAT);
    double exact = 1.1f * 2048.0;
    assertThat(ScaledNorm.of(List.of(many)).value()).isCloseTo(exact, within(1e-6 * exact));
    assertThat(Math.abs(many.norm2Number().doubleValue() / exact - 1)).isGreaterThan(1e-4);
  }
}
