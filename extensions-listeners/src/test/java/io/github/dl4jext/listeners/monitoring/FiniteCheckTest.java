package io.github.dl4jext.listeners.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class FiniteCheckTest {

  @Test
  void doesNotCryWolfWhenASumOverflows() {
    assertThat(FiniteCheck.all(Nd4j.createFromArray(3e38f, 3e38f))).isTrue();
    assertThat(FiniteCheck.all(Nd4j.createFromArray(-1e308, -1e308))).isTrue();
    assertThat(FiniteCheck.all(Nd4j.createFromArray(60000f, 60000f).castTo(DataType.FLOAT16)))
        .isTrue();
    float infinite = Float.POSITIVE_INFINITY;
    assertThat(FiniteCheck.all(Nd4j.createFromArray(1, infinite, -infinite))).isFalse();
    assertThat(FiniteCheck.all(Nd4j.createFromArray(3e38f, 3e38f, Float.NaN))).isFalse();
    assertThat(FiniteCheck.firstOddOne(Nd4j.createFromArray(1, -infinite, 2, infinite)))
        .isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Property(tries = 300)
  void oneOddNumberIsEnough(
      @ForAll @Size(min = 1, max = 40) float[] numbers, @ForAll int where, @ForAll int which) {
    assertThat(FiniteCheck.all(Nd4j.createFromArray(numbers))).isEqualTo(allFinite(numbers));
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    numbers[Math.floorMod(where, numbers.length)] = odd[Math.floorMod(which, odd.length)];
    assertThat(FiniteCheck.all(Nd4j.createFromArray(numbers))).isFalse();
    assertThat(FiniteCheck.firstOddOne(Nd4j.createFromArray(numbers))).isNotEqualTo(0);
  }

  private static boolean allFinite(float[] numbers) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        return false;
      }
    }
    return true;
  }
}
