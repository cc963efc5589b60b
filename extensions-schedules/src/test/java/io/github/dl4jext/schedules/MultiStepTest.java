package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class MultiStepTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "multi_step(initialRate=0.1, milestones=[30, 60], decayRate=0.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "multi_step(initialRate=0.2, milestones=[30, 60], decayRate=0.5)",
        "multi_step(initialRate=0.1, milestones=[30, 61], decayRate=0.5)",
        "multi_step(initialRate=0.1, milestones=[30, 60])");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.1, 29, 0.1, 30, 0.05, 59, 0.05, 60, 0.025, 10_000, 0.025);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(60);
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }

  @Override
  protected int[] jumps() {
    return new int[] {30, 60};
  }

  @Test
  void dividesByTenUnlessToldOtherwise() {
    MultiStep schedule = new MultiStep(1, List.of(3));
    assertThat(schedule).isEqualTo(new MultiStep(1, List.of(3), 0.1));
    assertThat(schedule.valueAt(3, 0)).isEqualTo(0.1);
  }

  @Test
  void milestonesAscend() {
    assertThatThrownBy(() -> new MultiStep(1, List.of(3, 3)))
        .hasMessage("multi_step: milestones must be ascending, was [3, 3]");
  }
}
