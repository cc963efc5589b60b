package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CyclicTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "cyclic(minRate=0.001, maxRate=0.006, halfPeriod=200, decay=0.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "cyclic(minRate=0.002, maxRate=0.006, halfPeriod=200, decay=0.5)",
        "cyclic(minRate=0.001, maxRate=0.007, halfPeriod=200, decay=0.5)",
        "cyclic(minRate=0.001, maxRate=0.006, halfPeriod=201, decay=0.5)",
        "cyclic(minRate=0.001, maxRate=0.006, halfPeriod=200)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.001, 100, 0.0035, 200, 0.006, 400, 0.001, 600, 0.0035, 1000, 0.00225);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.empty();
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }

  /** Found by {@link AnyStepTest}: a sum of differences overshot the peak by a rounding. */
  @Test
  void meetsItsPeakExactly() {
    Cyclic cyclic = new Cyclic(7.018237022791664E-8, 5.576106E-6, 1);
    assertThat(cyclic.valueAt(1, 0)).isEqualTo(5.576106E-6);
  }
}
