package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

class WarmupTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "warmup(after=cosine(initialRate=0.1, totalSteps=300), warmupSteps=100, startFactor=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "warmup(after=cosine(initialRate=0.2, totalSteps=300), warmupSteps=100, startFactor=0.1)",
        "warmup(after=cosine(initialRate=0.1, totalSteps=300), warmupSteps=101, startFactor=0.1)",
        "warmup(after=cosine(initialRate=0.1, totalSteps=300), warmupSteps=100)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.01, 50, 0.055, 100, 0.1, 250, 0.05, 400, 0.0);
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
  void risesFromZeroIntoARateThatStays() {
    Warmup warmup = Warmup.linear(0.1, 500);
    assertThat(warmup).isEqualTo(Warmup.linear(new FixedSchedule(0.1), 500));
    assertThat(warmup.valueAt(0, 0)).isZero();
    assertThat(warmup.valueAt(250, 0)).isEqualTo(0.05);
    assertThat(warmup.valueAt(500, 0)).isEqualTo(0.1);
  }

  @Test
  void aNumberIsARate() {
    Plugins plugins = Plugins.installed();
    assertThat(plugins.create(ISchedule.class, "warmup(after=0.1, warmupSteps=10)"))
        .satisfies(schedule -> assertThat(schedule.valueAt(5, 0)).isEqualTo(0.05));
    assertThatThrownBy(() -> plugins.create(ISchedule.class, "warmup(after=-0.1, warmupSteps=10)"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("warmup: after must be a number in [0, inf) or an ISchedule");
  }

  @Test
  void warmsUpToTheRateOfTheEpochIfThatIsWhatFollows() {
    ISchedule byEpoch = new PerEpoch(new PiecewiseConstant(List.of(1), List.of(0.1, 0.02)));
    Warmup warmup = new Warmup(byEpoch, 10);
    assertThat(warmup.valueAt(5, 0)).isEqualTo(0.05);
    assertThat(warmup.valueAt(5, 1)).isEqualTo(0.01);
    assertThat(warmup.valueAt(10, 1)).isEqualTo(0.02);
  }
}
