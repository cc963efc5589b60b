package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

class ConstantTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "constant(rate=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("constant(rate=0.2)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.1, 1, 0.1, 1000000, 0.1);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(0);
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }

  @Test
  void isTheConstantThatANumberStandsFor() {
    Plugins plugins = Plugins.installed();
    assertThat(plugins.create(ISchedule.class, "warmup(after=constant(rate=0.1), warmupSteps=5)"))
        .isEqualTo(plugins.create(ISchedule.class, "warmup(after=0.1, warmupSteps=5)"))
        .isEqualTo(Warmup.linear(0.1, 5));
  }
}
