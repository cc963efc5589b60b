package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dl4jext.spi.InvalidArgumentException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

/** Schedules within schedules are bounded, so that no stack overflows where they are used. */
class NestedSchedulesTest {

  private static void assertBounded(UnaryOperator<ISchedule> around, int least, String message) {
    ISchedule schedule = new Cosine(0.1, 100);
    int levels = 0;
    InvalidArgumentException refused = null;
    while (refused == null && levels < 20_000) {
      ISchedule inner = schedule;
      refused = catchThrowableOfType(InvalidArgumentException.class, () -> around.apply(inner));
      if (refused == null) {
        schedule = around.apply(inner);
        levels++;
      }
    }
    assertThat(levels).isBetween(least, 51);
    assertThat(refused).hasMessageStartingWith(message);
    assertThat(refused.getMessage()).hasSizeLessThanOrEqualTo(2000);
    assertThat(schedule.valueAt(3, 0)).isNotNaN();
    assertThat(schedule.toString()).isNotEmpty();
  }

  @Test
  void eachThatHoldsAnotherIsBounded() {
    String rule = " must be nested at most 50 levels deep, of at most 1000 parts, was ";
    assertBounded(s -> new Warmup(s, 5), 45, "warmup: after" + rule);
    assertBounded(s -> new Clamped(s, 0, 1), 45, "clamped: schedule" + rule);
    assertBounded(s -> new PerEpoch(s, 1), 45, "per_epoch: schedule" + rule);
    // one schedule twice at each level has a text that doubles
    assertBounded(s -> new Sequence(List.of(s, s), List.of(9)), 5, "sequence: schedules" + rule);
    assertBounded(s -> ScheduleProduct.of(s, s), 5, "product: schedules" + rule);
  }
}
