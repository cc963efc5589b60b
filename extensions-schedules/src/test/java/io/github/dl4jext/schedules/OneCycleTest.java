package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

class OneCycleTest extends ScheduleContract {

  private static final String ALL =
      "one_cycle(maxRate=%s, totalSteps=%s, shape=%s, style=%s, warmupFraction=%s,"
          + " initialDivisor=%s, finalDivisor=%s, threePhase=%s)";

  @Override
  protected String spec() {
    return String.format(ALL, 0.4, 200, "linear", "geron", 0.4, 8, 100, true);
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        String.format(ALL, 0.5, 200, "linear", "geron", 0.4, 8, 100, true),
        String.format(ALL, 0.4, 300, "linear", "geron", 0.4, 8, 100, true),
        String.format(ALL, 0.4, 200, "cosine", "geron", 0.4, 8, 100, true),
        String.format(ALL, 0.4, 200, "linear", "torch", 0.4, 8, 100, true),
        String.format(ALL, 0.4, 200, "linear", "geron", 0.3, 8, 100, true),
        String.format(ALL, 0.4, 200, "linear", "geron", 0.4, 9, 100, true),
        String.format(ALL, 0.4, 200, "linear", "geron", 0.4, 8, 101, true),
        String.format(ALL, 0.4, 200, "linear", "geron", 0.4, 8, 100, false));
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.05, 40, 0.225, 80, 0.4, 120, 0.225, 160, 0.05, 180, 0.02525, 200, 0.0005);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(200);
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }

  @Test
  void theStyleDecidesWhatIsNotGiven() {
    Plugins plugins = Plugins.installed();
    assertThat(plugins.create(ISchedule.class, "one_cycle(maxRate=0.1, totalSteps=4300)"))
        .isEqualTo(OneCycle.geron(0.1, 4300))
        .isEqualTo(
            new OneCycle(
                0.1, 4300, OneCycle.Shape.LINEAR, OneCycle.Style.GERON, 0.45, 10, 1000, true));
    assertThat(
            plugins.create(ISchedule.class, "one_cycle(maxRate=0.1, totalSteps=90, style=torch)"))
        .isEqualTo(OneCycle.torch(0.1, 90))
        .isEqualTo(
            new OneCycle(
                0.1, 90, OneCycle.Shape.COSINE, OneCycle.Style.TORCH, 0.3, 25, 1e4, false));
  }

  @Test
  void theBooksIsAsTheClassCommentSays() {
    OneCycle rate = OneCycle.geron(0.1, 4300);
    assertThat(IntStream.of(0, 1935, 3870, 4300, 9999).mapToDouble(t -> rate.valueAt(t, 0)))
        .containsExactly(0.01, 0.1, 0.01, 1e-5, 1e-5);
    OneCycleMomentum momentum = rate.momentum();
    assertThat(IntStream.of(0, 1935, 3870, 4300).mapToDouble(t -> momentum.valueAt(t, 0)))
        .containsExactly(0.95, 0.85, 0.95, 0.95);
  }

  @Test
  void changesOneThingAtATime() {
    OneCycle changed =
        OneCycle.torch(0.1, 90)
            .with(OneCycle.SHAPE, OneCycle.Shape.LINEAR)
            .with(OneCycle.WARMUP_FRACTION, 0.25)
            .with(OneCycle.INITIAL_DIVISOR, 4.0)
            .with(OneCycle.FINAL_DIVISOR, 50.0)
            .with(OneCycle.THREE_PHASE, true);
    assertThat(changed)
        .isEqualTo(
            new OneCycle(0.1, 90, OneCycle.Shape.LINEAR, OneCycle.Style.TORCH, 0.25, 4, 50, true));
    assertThat(changed.momentum(0.9, 0.8))
        .isEqualTo(
            new OneCycleMomentum(
                90, 0.9, 0.8, OneCycle.Shape.LINEAR, OneCycle.Style.TORCH, 0.25, true));
  }

  @Test
  void theShortestRunsAreSound() {
    for (int steps = 1; steps < 12; steps++) {
      for (double share : new double[] {0, 0.1, 0.5}) {
        for (boolean three : new boolean[] {true, false}) {
          for (OneCycle style : List.of(OneCycle.geron(1, steps), OneCycle.torch(1, steps))) {
            OneCycle rate =
                style.with(OneCycle.WARMUP_FRACTION, share).with(OneCycle.THREE_PHASE, three);
            double end = 1 / rate.initialDivisor() / rate.finalDivisor();
            for (int step = 0; step < 20; step++) {
              assertThat(rate.valueAt(step, 0)).as("%s at %s", rate, step).isBetween(end, 1.0);
            }
            assertThat(rate.valueAt(steps, 0)).as("%s", rate).isEqualTo(end);
          }
        }
      }
    }
  }

  @Test
  void twoOfThreePhasesMustFit() {
    OneCycle rate = OneCycle.torch(0.1, 90).with(OneCycle.WARMUP_FRACTION, 0.7);
    assertThatThrownBy(() -> rate.with(OneCycle.THREE_PHASE, true))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            "one_cycle: warmupFraction must be at most 0.5 with three phases, as the second"
                + " is as long as the first, was 0.7");
  }
}
