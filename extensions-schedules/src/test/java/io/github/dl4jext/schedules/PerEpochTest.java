package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class PerEpochTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "per_epoch(schedule=warmup(after=cosine(initialRate=0.1, totalSteps=300), warmupSteps=100))";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "per_epoch(schedule=warmup(after=cosine(initialRate=0.1, totalSteps=300), warmupSteps=101))",
        "per_epoch(schedule=warmup(after=cosine(initialRate=0.1, totalSteps=300), warmupSteps=100), stepsPerEpoch=7)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.0, 50, 0.05, 100, 0.1, 250, 0.05, 400, 0.0);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(400);
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }

  @Test
  void doesNotHeedTheIteration() {
    PerEpoch schedule = new PerEpoch(new Exponential(0.01, 0.1, 20));
    assertThat(schedule.valueAt(0, 20)).isEqualTo(schedule.valueAt(99_999, 20));
    assertThat(schedule.valueAt(20, 0)).isEqualTo(0.01);
    assertThat(schedule.valueAt(0, 20)).isEqualTo(0.001);
  }

  @Test
  void countsEpochsByStepsWhereToldTo() {
    PerEpoch schedule = new PerEpoch(new Exponential(0.01, 0.1, 20), 1719);
    assertThat(schedule.valueAt(20 * 1719, 0)).isEqualTo(0.001);
    assertThat(schedule.valueAt(1718, 20)).isEqualTo(0.01);
    assertThat(schedule.valueAt(1718, 0)).isGreaterThan(schedule.valueAt(1719, 0));
  }

  @Test
  void aSchedulesOfTheHostThatCountsEpochsCountsThemStill() {
    ISchedule theirs = new ExponentialSchedule(ScheduleType.EPOCH, 0.1, 0.5);
    assertThat(new PerEpoch(theirs).valueAt(700, 2)).isEqualTo(0.025);
  }
}
