package io.github.dl4jext.listeners.clipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NormTypeTest {

  /** By hand; in PyTorch {@code clip_grad_norm_(p, 1, norm_type)} divides by 1e-6 more. */
  @ParameterizedTest
  @CsvSource({
    "L1, 7, 0.42857142857142855, -0.5714285714285714",
    "L2, 5, 0.6, -0.8",
    "MAX, 4, 0.75, -1"
  })
  void aGradientIsClippedToALengthByEachNorm(NormType type, double norm, double x, double y) {
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1).withNorm(type);
    double[] weights = {1, 1};
    assertThat(AroundTheStep.clippedWhenPlanted(clip, weights, new double[] {3, -4}))
        .containsExactly(new double[] {x, y}, within(1e-15));
    ClipByGlobalNorm wide = new ClipByGlobalNorm(norm + 1e-9).withNorm(type);
    assertThat(AroundTheStep.clippedWhenPlanted(wide, weights, new double[] {3, -4}))
        .containsExactly(3, -4);
    assertThat(AroundTheStep.clippedWhenPlanted(clip, weights, new double[] {Double.NaN, 4}))
        .containsExactly(Double.NaN, 4);
    assertThat(AroundTheStep.clippedWhenPlanted(clip, weights, new double[] {4, 1.0 / 0}))
        .containsExactly(4, Double.POSITIVE_INFINITY);
  }

  @Test
  void severalPiecesOfAnySizeAreOneVector() {
    INDArray many =
        Nd4j.linspace(DataType.DOUBLE, -1, 1.0 / 50_000, 100_001).castTo(DataType.FLOAT);
    INDArray one = Nd4j.createFromArray(-2f);
    assertThat(NormType.L1.of(List.of(many, one)).value()).isCloseTo(50_003, within(0.05));
    assertThat(NormType.MAX.of(List.of(many, one)).value()).isEqualTo(2);
    assertThat(NormType.L2.of(List.of(many, one)).value())
        .isCloseTo(Math.sqrt(100_001 / 3.0 + 4.33), within(0.01));
    INDArray huge = Nd4j.valueArrayOf(new long[] {4}, 3e38, DataType.FLOAT);
    assertThat(NormType.L1.of(List.of(huge)).value()).isCloseTo(1.2e39, within(1e33));
    assertThat(NormType.L1.of(List.of(one, Nd4j.empty(DataType.FLOAT))).value()).isEqualTo(2);
  }
}
