package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
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
        "cyclic(minRate=0.001, maxRate=0.006, halfPeriod=200)",
        "cyclic(minRate=0.001, maxRate=0.006, halfPeriod=200, stepsDown=100, decay=0.5)",
        "cyclic(minRate=0.001, maxRate=0.006, halfPeriod=200, decay=0.5, stepDecay=0.999)");
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

  @Test
  void goesDownInStepsOfItsOwn() {
    Cyclic cyclic = new Cyclic(0, 1, 8, 2, 0.5, 1);
    assertThat(IntStream.of(0, 4, 8, 9, 10, 18, 19, 20).mapToDouble(t -> cyclic.valueAt(t, 0)))
        .containsExactly(0.0, 0.5, 1.0, 0.5, 0.0, 0.5, 0.25, 0.0);
    assertThat(new Cyclic(0, 1, 2, 2, 1, 0.5).valueAt(6, 0)).isEqualTo(Math.pow(0.5, 6));
  }
}
