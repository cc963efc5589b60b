package io.github.dl4jext.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.spi.InvalidArgumentException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;
import org.w3c.dom.Element;

class SchedulePlotTest {

  private static final ISchedule HALVED = new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.5);
  private static final ISchedule BY_EPOCH = new StepSchedule(ScheduleType.EPOCH, 1, 0.5, 1);

  /** Its value at one step, and 0 at all others. */
  private record Peak(int at, double value) implements ISchedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double valueAt(int iteration, int epoch) {
      return iteration == at ? value : 0;
    }

    @Override
    public ISchedule clone() {
      return this;
    }
  }

  @Test
  void hasTheValueOfEveryStep() {
    Line line = onlyLine(SchedulePlot.of(Map.of("halved", HALVED), 3));
    assertThat(line.name()).isEqualTo("halved");
    assertThat(line.x()).containsExactly(0, 1, 2);
    assertThat(line.y()).containsExactly(0.1, 0.05, 0.025);
  }

  @Test
  void countsEpochs() {
    assertThat(onlyLine(SchedulePlot.of(BY_EPOCH, 6, 2)).y())
        .containsExactly(1, 1, 0.5, 0.5, 0.25, 0.25);
  }

  private static Line onlyLine(LineChart chart) {
    assertThat(chart.lines()).hasSize(1);
    return chart.lines().get(0);
  }

  @Test
  void namesSchedulesInTheirOrder() {
    Map<String, ISchedule> both = new LinkedHashMap<>();
    both.put("z, by epoch", BY_EPOCH);
    both.put("a, halved", HALVED);
    Svg svg = Svg.of(SchedulePlot.titled("Two", both, 100, 10).logY().build().toSvg());
    assertThat(svg.lines())
        .extracting(Element::getTextContent)
        .containsExactly("z, by epoch", "a, halved");
    assertThat(svg.texts()).contains("Two", "step", "value");
  }

  @Test
  void aPeakOfOneStepInAMillionIsSeen() {
    for (int at : List.of(0, 1, 567_891, 999_999)) {
      String svg = SchedulePlot.of(new Peak(at, 0.1), 1_000_000).toSvg();
      double[] line = Svg.numbers(Svg.of(svg).lines().get(0).getAttribute("d"));
      double highest = Double.MAX_VALUE;
      for (int i = 1; i < line.length; i += 2) {
        highest = Math.min(highest, line[i]);
      }
      assertThat(highest).as("top of the plot, peak at %s", at).isEqualTo(14);
    }
  }

  @Test
  void aScheduleThatIsNoNumberHasAGap() {
    assertThat(Svg.of(SchedulePlot.of(new Peak(1, Double.NaN), 5).toSvg()).all("circle"))
        .as("step 0, before the gap")
        .hasSize(1);
  }

  @Test
  void aRunOfOneStepIsADot() {
    assertThat(Svg.of(SchedulePlot.of(HALVED, 1).toSvg()).all("circle")).hasSize(1);
  }

  @Test
  void argumentsAreChecked() {
    assertThatThrownBy(() -> SchedulePlot.of(HALVED, 0, -1))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("schedule plot: steps must be 1 to 10000000, was 0")
        .hasMessageContaining("schedule plot: stepsPerEpoch must be 1 or more, was -1");
    assertThatThrownBy(() -> SchedulePlot.of((ISchedule) null, 5))
        .hasMessage("the schedule must not be null");
    Map<String, ISchedule> none = new LinkedHashMap<>();
    none.put("warm-up", null);
    assertThatThrownBy(() -> SchedulePlot.of(none, 5))
        .hasMessage("the schedule warm-up must not be null");
  }
}
