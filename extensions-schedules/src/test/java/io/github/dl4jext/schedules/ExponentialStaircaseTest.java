package io.github.dl4jext.schedules;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

class ExponentialStaircaseTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "exponential(initialRate=0.1, decayRate=0.5, decaySteps=200, staircase=true)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "exponential(initialRate=0.2, decayRate=0.5, decaySteps=200, staircase=true)",
        "exponential(initialRate=0.1, decayRate=0.2, decaySteps=200, staircase=true)",
        "exponential(initialRate=0.1, decayRate=0.5, decaySteps=100, staircase=true)",
        "exponential(initialRate=0.1, decayRate=0.5, decaySteps=200)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.1, 199, 0.1, 200, 0.05, 399, 0.05, 400, 0.025);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.empty();
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }

  @Override
  protected int[] jumps() {
    return new int[] {200, 400, 600, 800, 1000, 1200};
  }
}
