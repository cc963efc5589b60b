package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class CosineRestartsTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "cosine_restarts(initialRate=0.1, finalRate=0.02, firstPeriod=100, periodMultiplier=2)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "cosine_restarts(initialRate=0.2, finalRate=0.02, firstPeriod=100, periodMultiplier=2)",
        "cosine_restarts(initialRate=0.1, firstPeriod=100, periodMultiplier=2)",
        "cosine_restarts(initialRate=0.1, finalRate=0.02, firstPeriod=101, periodMultiplier=2)",
        "cosine_restarts(initialRate=0.1, finalRate=0.02, firstPeriod=100, periodMultiplier=1.5)",
        "cosine_restarts(initialRate=0.1, finalRate=0.02, firstPeriod=100, periodMultiplier=2,"
            + " peakDecay=0.5)",
        "cosine_restarts(initialRate=0.1, finalRate=0.02, firstPeriod=100, periodMultiplier=2,"
            + " warmupSteps=10)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.1, 50, 0.06, 100, 0.1, 200, 0.06, 300, 0.1, 500, 0.06, 700, 0.1);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.empty();
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }

  @Override
  protected int[] jumps() {
    return new int[] {100, 300, 700};
  }

  @Test
  void peaksFallTowardsTheFinalRateAndWarmUpRisesFromIt() {
    CosineRestarts schedule = new CosineRestarts(0.1, 0.02, 100, 2, 0.5, 20);
    for (int[] period : new int[][] {{0, 100}, {100, 200}, {300, 400}}) {
      int start = period[0];
      double height = 0.08 * 100 / period[1];
      assertThat(schedule.valueAt(start, 0)).isEqualTo(0.02);
      assertThat(schedule.valueAt(start + 10, 0)).isCloseTo(0.02 + height / 2, within(1e-15));
      assertThat(schedule.valueAt(start + 20, 0)).isCloseTo(0.02 + height, within(1e-15));
      assertThat(schedule.valueAt(start + 20 + (period[1] - 20) / 2, 0))
          .isCloseTo(0.02 + height / 2, within(1e-15));
    }
  }

  @Test
  void aPeriodThatIsAllWarmUpIsRefused() {
    assertThatThrownBy(() -> new CosineRestarts(0.1, 0, 10, 1, 1, 10))
        .hasMessage(
            "cosine_restarts: warmupSteps must be less than firstPeriod, which is 10, was 10");
  }

  /** For multipliers that are whole and those that are not, for short periods and for long ones. */
  @Property(tries = 100)
  void agreesWithAWalkThroughThePeriods(
      @ForAll @IntRange(min = 1, max = 50) int first,
      @ForAll @Scale(6) @DoubleRange(min = 1, max = 4) double any,
      @ForAll boolean whole) {
    double multiplier = whole ? Math.rint(any) : any;
    CosineRestarts schedule = new CosineRestarts(0.1, 0.01, first, multiplier);
    double start = 0;
    double length = first;
    for (int step = 0; step < 3000; step++) {
      while (step >= start + length - 1e-9) {
        start += length;
        length *= multiplier;
      }
      double share = Math.max(0, (step - start) / length);
      double expected = 0.01 + 0.09 * (1 + Math.cos(Math.PI * share)) / 2;
      assertThat(schedule.valueAt(step, 0))
          .as("%s at %s", schedule, step)
          .isCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void aPeriodThatHardlyGrowsIsAsOneThatDoesNot() {
    CosineRestarts hardly = new CosineRestarts(0.1, 0.01, 7, Math.nextUp(1.0));
    CosineRestarts not = new CosineRestarts(0.1, 0.01, 7, 1);
    for (int step = 0; step < 5000; step++) {
      assertThat(hardly.valueAt(step, 0))
          .as("at step %s", step)
          .isCloseTo(not.valueAt(step, 0), within(1e-9));
    }
  }

  @Test
  void noWholeRestartIsMissedAsFarAsAnIntCounts() {
    for (int multiplier : new int[] {2, 3, 5, 7, 10}) {
      for (int first : new int[] {1, 3, 7, 10, 430}) {
        CosineRestarts schedule = new CosineRestarts(0.1, 0, first, multiplier);
        long length = first;
        for (long start = 0; start < Integer.MAX_VALUE; start += length, length *= multiplier) {
          assertThat(schedule.valueAt((int) start, 0))
              .as("%s at %s", schedule, start)
              .isEqualTo(0.1);
          if (start == 0) {
            length = first;
          }
        }
      }
    }
  }
}
