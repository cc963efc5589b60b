package io.github.dl4jext.plots;

import io.github.dl4jext.spi.Checks;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Draws schedules over a run, so that you can look at them before it begins.
 *
 * <pre>{@code
 * SchedulePlot.of(new Cosine(0.1, 4300), 4300).writeSvg(Path.of("cosine.svg"));
 *
 * Map<String, ISchedule> both = new LinkedHashMap<>();
 * both.put("cosine", new Cosine(0.1, 4300));
 * both.put("a tenth every 3 epochs", new PerEpoch(new Exponential(0.1, 0.1, 3, true)));
 * SchedulePlot.of(both, 4300, 430).writePng(Path.of("both.png"), 800, 500);
 * }</pre>
 *
 * <p>Any schedule can be drawn, DL4J's included. It is asked for its value at every step, so that
 * no peak is missed. Where the value is NaN or infinite, the line has a gap. Pictures leave out
 * detail that is too fine to be seen.
 */
public final class SchedulePlot {

  private static final int MOST_STEPS = 10_000_000;

  private SchedulePlot() {}

  /**
   * Draws a schedule that counts steps.
   *
   * @param schedule any schedule
   * @param steps the length of the run in steps, 1 to 10 million
   * @return a chart of its values at the steps 0 to steps - 1
   * @throws io.github.dl4jext.spi.InvalidArgumentException if steps is out of range
   */
  public static LineChart of(ISchedule schedule, int steps) {
    return of(schedule, steps, Integer.MAX_VALUE);
  }

  /**
   * Draws a schedule that may count epochs.
   *
   * @param schedule any schedule
   * @param steps the length of the run in steps, 1 to 10 million
   * @param stepsPerEpoch the number of steps in an epoch, 1 or more
   * @return a chart of its values at the steps 0 to steps - 1
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public static LineChart of(ISchedule schedule, int steps, int stepsPerEpoch) {
    Objects.requireNonNull(schedule, "the schedule must not be null");
    return of(Map.of("", schedule), steps, stepsPerEpoch);
  }

  /**
   * Draws several schedules that count steps.
   *
   * @param schedules schedules by the names in the legend, in the map's order
   * @param steps the length of the run in steps, 1 to 10 million
   * @return a chart of their values at the steps 0 to steps - 1
   * @throws io.github.dl4jext.spi.InvalidArgumentException if steps is out of range
   */
  public static LineChart of(Map<String, ? extends ISchedule> schedules, int steps) {
    return of(schedules, steps, Integer.MAX_VALUE);
  }

  /**
   * Draws several schedules that may count epochs.
   *
   * @param schedules schedules by the names in the legend, in the map's order
   * @param steps the length of the run in steps, 1 to 10 million
   * @param stepsPerEpoch the number of steps in an epoch, 1 or more
   * @return a chart of their values at the steps 0 to steps - 1
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public static LineChart of(
      Map<String, ? extends ISchedule> schedules, int steps, int stepsPerEpoch) {
    return titled("", schedules, steps, stepsPerEpoch).build();
  }

  /**
   * Returns the builder of a chart with several schedules, for markers, other labels or a
   * logarithmic axis.
   *
   * @param title the text above the lines; may be empty
   * @param schedules schedules by the names in the legend, in the map's order
   * @param steps the length of the run in steps, 1 to 10 million
   * @param stepsPerEpoch the number of steps in an epoch, 1 or more
   * @return a builder with a line per schedule
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public static LineChart.Builder titled(
      String title, Map<String, ? extends ISchedule> schedules, int steps, int stepsPerEpoch) {
    Objects.requireNonNull(schedules, "the schedules must not be null");
    Checks.of("schedule plot")
        .that(steps >= 1 && steps <= MOST_STEPS, "steps", "1 to " + MOST_STEPS, steps)
        .that(stepsPerEpoch >= 1, "stepsPerEpoch", "1 or more", stepsPerEpoch)
        .done();
    LineChart.Builder chart = LineChart.titled(title).xLabel("step").yLabel("value");
    schedules.forEach(
        (name, schedule) -> {
          Objects.requireNonNull(schedule, () -> "the schedule " + name + " must not be null");
          double[] values = new double[steps];
          Arrays.setAll(values, step -> schedule.valueAt(step, step / stepsPerEpoch));
          chart.line(name, values);
        });
    return chart;
  }
}
