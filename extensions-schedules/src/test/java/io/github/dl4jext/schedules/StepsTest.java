package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.spi.InvalidArgumentException;
import org.junit.jupiter.api.Test;

class StepsTest {

  @Test
  void theLastMinibatchMayBeSmaller() {
    assertThat(Steps.perEpoch(55_000, 128)).isEqualTo(430);
    assertThat(Steps.perEpoch(128, 128)).isEqualTo(1);
    assertThat(Steps.perEpoch(129, 128)).isEqualTo(2);
    assertThat(Steps.perEpoch(1, 128)).isEqualTo(1);
    assertThat(Steps.total(10, 55_000, 128)).isEqualTo(4300);
    assertThat(Steps.total(0, 55_000, 128)).isZero();
    assertThat(Steps.perEpoch(Integer.MAX_VALUE, 1)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> Steps.total(-1, 0, 0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("steps: epochs must be 0 or more, was -1")
        .hasMessageContaining("steps: examples must be 1 or more, was 0")
        .hasMessageContaining("steps: batchSize must be 1 or more, was 0");
    assertThatThrownBy(() -> Steps.total(1_000_000, 1_000_000, 10))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            "steps: epochs must be at most 21474, as an epoch has 100000 steps, was 1000000");
  }
}
