package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PowerTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "power(initialRate=0.1, stepSize=20, exponent=0.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "power(initialRate=0.2, stepSize=20, exponent=0.5)",
        "power(initialRate=0.1, stepSize=30, exponent=0.5)",
        "power(initialRate=0.1, stepSize=20)",
        "power(initialRate=0.1, stepSize=20.5, exponent=0.5)",
        "power(initialRate=0.1, stepSize=20, exponent=0.5, decayRate=0.96)",
        "power(initialRate=0.1, stepSize=20, exponent=0.5, staircase=true)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.1, 60, 0.05, 300, 0.025);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.empty();
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }

  @Test
  void isHalvedThenAThirdThenAQuarter() {
    Power power = new Power(0.1, 20);
    assertThat(power.valueAt(20, 0)).isEqualTo(0.1 / 2);
    assertThat(power.valueAt(40, 0)).isEqualTo(0.1 / 3);
    assertThat(power.valueAt(60, 0)).isEqualTo(0.1 / 4);
  }

  @Test
  void aStaircaseHoldsForAStepSizeThatNeedNotBeWhole() {
    Power power = new Power(1, 2.5, 1, 2, true);
    assertThat(IntStream.range(0, 9).mapToDouble(t -> power.valueAt(t, 0)))
        .containsExactly(1.0, 1.0, 1.0, 1.0 / 3, 1.0 / 3, 0.2, 0.2, 0.2, 1.0 / 7);
  }
}
