package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class InverseSqrtTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "inverse_sqrt(maxRate=0.1, warmupSteps=100)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "inverse_sqrt(maxRate=0.2, warmupSteps=100)", "inverse_sqrt(maxRate=0.1, warmupSteps=101)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.001, 49, 0.05, 99, 0.1, 399, 0.05, 9999, 0.01);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.empty();
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }

  @Test
  void isThePapers() {
    InverseSqrt schedule = InverseSqrt.transformer(512, 4000);
    for (int step = 1; step < 20_000; step++) {
      double expected =
          Math.pow(512, -0.5) * Math.min(Math.pow(step, -0.5), step * Math.pow(4000, -1.5));
      assertThat(schedule.valueAt(step - 1, 0)).isCloseTo(expected, withinPercentage(1e-10));
    }
    assertThatThrownBy(() -> InverseSqrt.transformer(0, 0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("inverse_sqrt: modelSize must be 1 or more, was 0")
        .hasMessageContaining("inverse_sqrt: warmupSteps must be ");
  }
}
