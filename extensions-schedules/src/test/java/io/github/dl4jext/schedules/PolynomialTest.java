package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

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
        "polynomial(initialRate=1, finalRate=0.1, totalSteps=100)",
        "polynomial(initialRate=1, finalRate=0.1, totalSteps=100, power=2, cycle=true)");
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

  @Test
  void linearIsItsOtherName() {
    assertThat(
            Plugins.installed()
                .create(ISchedule.class, "linear(initialRate=0.2, finalRate=1, totalSteps=5)"))
        .isEqualTo(Polynomial.linear(0.2, 1, 5))
        .isEqualTo(new Polynomial(0.2, 1, 5, 1));
  }

  @Test
  void aCycleReachesTheEndAndGoesUpByLessEachTime() {
    Polynomial cycle = new Polynomial(1, 0, 100, 2, true);
    assertThat(IntStream.of(0, 50, 100, 150, 200, 300).mapToDouble(t -> cycle.valueAt(t, 0)))
        .containsExactly(1.0, 0.25, 0.0, 0.0625, 0.0, 0.0);
    assertThat(cycle.valueAt(101, 0)).isCloseTo(0.99 * 0.99 / 4, within(1e-15));
    assertThat(cycle.valueAt(201, 0)).isCloseTo(0.99 * 0.99 / 9, within(1e-15));
  }
}
