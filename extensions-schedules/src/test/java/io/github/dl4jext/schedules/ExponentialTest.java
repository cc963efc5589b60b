package io.github.dl4jext.schedules;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

class ExponentialTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "exponential(initialRate=0.1, decayRate=0.1, decaySteps=200)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "exponential(initialRate=0.2, decayRate=0.1, decaySteps=200)",
        "exponential(initialRate=0.1, decayRate=0.2, decaySteps=200)",
        "exponential(initialRate=0.1, decayRate=0.1, decaySteps=100)",
        "exponential(initialRate=0.1, decayRate=0.1, decaySteps=200, staircase=true)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.1, 100, 0.03162277660168379332, 200, 0.01, 1000, 1e-6);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.empty();
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }
}
