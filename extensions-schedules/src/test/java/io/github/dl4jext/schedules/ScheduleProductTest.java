package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.FixedSchedule;

class ScheduleProductTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "product(schedules=[linear(initialRate=0.5, finalRate=1, totalSteps=20), cosine(initialRate=0.1, totalSteps=100)])";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "product(schedules=[linear(initialRate=0.5, finalRate=1, totalSteps=21), cosine(initialRate=0.1, totalSteps=100)])",
        "product(schedules=[cosine(initialRate=0.1, totalSteps=100)])");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.05, 50, 0.05, 100, 0.0);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(100);
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }

  @Test
  void eachIsAskedForTheSameStepAndEpoch() {
    ScheduleProduct product =
        ScheduleProduct.of(
            new PerEpoch(Exponential.step(1, 0.5, 1)),
            Polynomial.linear(1, 0, 10),
            new FixedSchedule(3));
    assertThat(product.valueAt(5, 2)).isEqualTo(0.25 * 0.5 * 3);
  }
}
