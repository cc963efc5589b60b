package io.github.dl4jext.schedules;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

class ScaledTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "scaled(schedule=one_cycle(maxRate=0.5, totalSteps=100), factor=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "scaled(schedule=one_cycle(maxRate=0.5, totalSteps=101), factor=0.1)",
        "scaled(schedule=one_cycle(maxRate=0.5, totalSteps=100), factor=0)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.005, 45, 0.05, 90, 0.005, 100, 5e-6);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(100);
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }
}
