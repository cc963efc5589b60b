package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class ClampedTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "clamped(schedule=exponential(initialRate=0.1, decayRate=0.1, decaySteps=100), minRate=0.0015, maxRate=0.05)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "clamped(schedule=exponential(initialRate=0.2, decayRate=0.1, decaySteps=100), minRate=0.0015, maxRate=0.05)",
        "clamped(schedule=exponential(initialRate=0.1, decayRate=0.1, decaySteps=100), minRate=0.002, maxRate=0.05)",
        "clamped(schedule=exponential(initialRate=0.1, decayRate=0.1, decaySteps=100), minRate=0.0015, maxRate=0.06)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.05, 100, 0.01, 183, 0.0015);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(183);
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }

  @Test
  void oneBoundIsEnough() {
    ISchedule falling = new Exponential(0.1, 0.1, 20);
    assertThat(Clamped.atLeast(falling, 0.001).valueAt(0, 0)).isEqualTo(0.1);
    assertThat(Clamped.atLeast(falling, 0.001).valueAt(60, 0)).isEqualTo(0.001);
    assertThat(Clamped.atMost(falling, 0.05).valueAt(0, 0)).isEqualTo(0.05);
    assertThat(Clamped.atMost(falling, 0.05).valueAt(20, 0)).isEqualTo(0.01, within(1e-17));
  }

  @Test
  void nanStaysNan() {
    MapSchedule broken = new MapSchedule(ScheduleType.ITERATION, Map.of(0, Double.NaN));
    assertThat(new Clamped(broken, 0, 1).valueAt(0, 0)).isNaN();
  }
}
