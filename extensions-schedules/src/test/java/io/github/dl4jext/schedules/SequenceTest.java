package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.Scaled;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.ScheduleContract;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class SequenceTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "sequence(schedules=[constant(rate=0.1), cosine(initialRate=0.1, totalSteps=100), constant(rate=0.05)], boundaries=[50, 200])";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "sequence(schedules=[constant(rate=0.1), cosine(initialRate=0.1, totalSteps=100), constant(rate=0.04)], boundaries=[50, 200])",
        "sequence(schedules=[constant(rate=0.1), cosine(initialRate=0.1, totalSteps=100), constant(rate=0.05)], boundaries=[50, 201])");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.1, 50, 0.1, 100, 0.05, 150, 0.0, 199, 0.0, 200, 0.05);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(200);
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }

  @Override
  protected int[] jumps() {
    return new int[] {200};
  }

  @Test
  void everythingWrongIsSaidAtOnce() {
    List<ISchedule> one = List.of(new FixedSchedule(0.1));
    assertThatThrownBy(() -> new Sequence(one, List.of(7, 3)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("sequence: boundaries must be ascending, was [7, 3]")
        .hasMessageContaining("sequence: schedules must be one more than boundaries, was [");
    assertThatThrownBy(() -> new Sequence(Arrays.asList(null, new FixedSchedule(0.1)), List.of(7)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("sequence: schedules must be a list")
        .hasMessageContaining("was [null, 0.1]");
  }

  @Test
  void aCloneSharesNothingThatCouldChange() {
    MapSchedule changing = new MapSchedule(ScheduleType.ITERATION, new HashMap<>(Map.of(0, 0.1)));
    for (ISchedule around :
        List.of(
            new Sequence(List.of(changing, changing), List.of(5)),
            new Scaled(changing, 1),
            new Warmup(changing, 3),
            new PerEpoch(changing),
            new Clamped(changing, 0, 1))) {
      assertThat(around.clone()).isEqualTo(around).isNotSameAs(around);
    }
  }
}
