package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CyclicMomentumTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "cyclic_momentum(maxMomentum=0.95, minMomentum=0.75, halfPeriod=200, decay=0.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "cyclic_momentum(maxMomentum=0.9, minMomentum=0.75, halfPeriod=200, decay=0.5)",
        "cyclic_momentum(maxMomentum=0.95, minMomentum=0.7, halfPeriod=200, decay=0.5)",
        "cyclic_momentum(maxMomentum=0.95, minMomentum=0.75, halfPeriod=201, decay=0.5)",
        "cyclic_momentum(maxMomentum=0.95, minMomentum=0.75, halfPeriod=200, stepsDown=100, decay=0.5)",
        "cyclic_momentum(maxMomentum=0.95, minMomentum=0.75, halfPeriod=200)",
        "cyclic_momentum(maxMomentum=0.95, minMomentum=0.75, halfPeriod=200, decay=0.5, stepDecay=0.999)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.95, 100, 0.85, 200, 0.75, 400, 0.95, 600, 0.85, 1000, 0.9);
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
  void isMadeFromTheRate() {
    Cyclic rate = new Cyclic(0.001, 0.006, 2000, 1000, 0.5, 0.9999);
    assertThat(rate.momentum()).isEqualTo(new CyclicMomentum(0.9, 0.8, 2000, 1000, 0.5, 0.9999));
    for (int step = 0; step < 10_000; step += 17) {
      double height = (rate.valueAt(step, 0) - 0.001) / 0.005;
      assertThat(rate.momentum(0.95, 0.85).valueAt(step, 0))
          .isCloseTo(0.95 - 0.1 * height, within(1e-14));
    }
  }
}
