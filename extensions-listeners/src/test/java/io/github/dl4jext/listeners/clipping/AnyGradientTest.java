package io.github.dl4jext.listeners.clipping;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.ScaledNorm;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Positive;
import net.jqwik.api.constraints.Size;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Properties of clipping by norm, for any numbers at all. */
class AnyGradientTest {

  @Property(tries = 500)
  void theResultIsNeverLongerThanTheLimitAndHardlyShorter(
      @ForAll @Size(min = 1, max = 40) List<@FloatRange(min = -3e38f, max = 3e38f) Float> numbers,
      @ForAll @DoubleRange(min = 0.01, max = 1e6) double limit) {
    float[] x = new float[numbers.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = numbers.get(i);
    }
    INDArray array = Nd4j.createFromArray(x);
    ScaledNorm norm = ScaledNorm.of(List.of(array));
    double exact = AroundTheStep.norm(List.of(Nd4j.createFromArray(x)));
    assertThat(norm.value()).isBetween(exact * (1 - 1e-6), exact * (1 + 1e-6));
    if (norm.isAbove(limit)) {
      norm.shrink(List.of(array), limit);
      assertThat(AroundTheStep.norm(List.of(array))).isBetween(limit * (1 - 1e-6), limit);
    } else {
      assertThat(exact).isLessThanOrEqualTo(limit * (1 + 1e-6));
    }
  }

  @Property(tries = 200)
  void itIsTheSameInOnePieceAndInTwo(
      @ForAll @Size(min = 2, max = 30) double[] x, @ForAll @Positive int where) {
    INDArray whole = Nd4j.createFromArray(x);
    int cut = 1 + where % (x.length - 1);
    List<INDArray> two =
        List.of(
            Nd4j.createFromArray(java.util.Arrays.copyOfRange(x, 0, cut)),
            Nd4j.createFromArray(java.util.Arrays.copyOfRange(x, cut, x.length)));
    ScaledNorm one = ScaledNorm.of(List.of(whole));
    ScaledNorm other = ScaledNorm.of(two);
    assertThat(other.isFinite()).isEqualTo(one.isFinite());
    if (one.isFinite()) {
      assertThat(other.value() == one.value() || Math.abs(other.value() / one.value() - 1) < 1e-12)
          .as("%s and %s", one, other)
          .isTrue();
    }
  }
}
