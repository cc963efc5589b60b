package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.schedules.WarmupStableDecay.DecayShape;
import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WarmupStableDecayTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "warmup_stable_decay(maxRate=0.1, warmupSteps=100, stableSteps=200, decaySteps=100, finalRate=0.02)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "wsd(maxRate=0.2, warmupSteps=100, stableSteps=200, decaySteps=100, finalRate=0.02)",
        "wsd(maxRate=0.1, warmupSteps=101, stableSteps=200, decaySteps=100, finalRate=0.02)",
        "wsd(maxRate=0.1, warmupSteps=100, stableSteps=0, decaySteps=100, finalRate=0.02)",
        "wsd(maxRate=0.1, warmupSteps=100, stableSteps=200, decaySteps=101, finalRate=0.02)",
        "wsd(maxRate=0.1, warmupSteps=0, stableSteps=200, decaySteps=100)",
        "wsd(maxRate=0.1, warmupSteps=100, stableSteps=200, decaySteps=100, finalRate=0.02, decayShape=linear)",
        "wsd(maxRate=0.1, warmupSteps=100, stableSteps=200, decaySteps=100, finalRate=0.02, decayShape=sqrt)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(
        0, 0.0, 50, 0.05, 100, 0.1, 300, 0.1, 325, 0.08828427124746190098, 350, 0.06, 400, 0.02);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(400);
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }

  @Test
  void fallsInTheShapeAskedFor() {
    assertThat(quarter(DecayShape.LINEAR)).isEqualTo(0.75);
    assertThat(quarter(DecayShape.SQRT)).isEqualTo(0.5);
    assertThat(quarter(DecayShape.COSINE)).isCloseTo(0.85355339059327376220, within(1e-15));
  }

  private static double quarter(DecayShape shape) {
    return new WarmupStableDecay(1, 3, 4, 100, 0, shape).valueAt(3 + 4 + 25, 0);
  }

  @Test
  void aPhaseMayBeMissing() {
    WarmupStableDecay schedule = new WarmupStableDecay(0.1, 0, 0, 10);
    assertThat(schedule.valueAt(0, 0)).isEqualTo(0.1);
    assertThat(schedule.valueAt(5, 0)).isEqualTo(new Cosine(0.1, 10).valueAt(5, 0));
  }

  @Test
  void phasesMayTakeMoreStepsThanAnIntCounts() {
    int most = Integer.MAX_VALUE;
    assertThat(new WarmupStableDecay(0.1, most, most, most).valueAt(most, 0)).isEqualTo(0.1);
  }
}
