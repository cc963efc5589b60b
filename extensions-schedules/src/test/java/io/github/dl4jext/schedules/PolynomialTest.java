package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PolynomialTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "polynomial(initialRate=1, finalRate=0.1, totalSteps=100, power=2)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "polynomial(initialRate=2, finalRate=0.1, totalSteps=100, power=2)",
        "polynomial(initialRate=1, totalSteps=100, power=2)",
        "polynomial(initialRate=1, finalRate=0.1, totalSteps=101, power=2)",
        "polynomial(initialRate=1, finalRate=0.1, totalSteps=100)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 1.0, 50, 0.325, 99, 0.10009, 100, 0.1);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(100);
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }

  @Test
  void isAStraightLineToZeroUnlessToldOtherwise() {
    Polynomial line = new Polynomial(0.1, 4300);
    assertThat(line).isEqualTo(new Polynomial(0.1, 0, 4300, 1));
    assertThat(line.valueAt(2150, 0)).isEqualTo(0.05);
    assertThat(line.valueAt(4300, 0)).isZero();
  }
}
