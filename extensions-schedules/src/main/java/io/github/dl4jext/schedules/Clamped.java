package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Another schedule between two bounds: {@code f(t) = min(max(schedule(t), a), b)}.
 *
 * <p>Gives a floor to schedules without an end, and a ceiling to compositions.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>schedule</td><td>any schedule</td><td>required</td><td>-</td></tr>
 * <tr><td>a</td><td>minRate</td><td>[0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>b</td><td>maxRate</td><td>[minRate, inf)</td><td>required</td><td>rate</td></tr></table>
 *
 * <p><b>At the boundaries.</b> Those of the other schedule: steps and epochs are passed on.
 *
 * <p><b>Edges.</b> NaN stays NaN, so that a schedule that is wrong is noticed.
 *
 * <p><b>Check.</b> {@code Clamped.atLeast(new Exponential(0.1, 0.1, 20), 0.001)}: 0.01 at step 20,
 * 0.001 from step 40 on.
 *
 * @param schedule the schedule whose values are limited
 * @param minRate the lowest value
 * @param maxRate the highest value
 * @see <a
 *     href="https://mxnet.apache.org/versions/1.9.1/api/python/docs/api/lr_scheduler/index.html">MXNet's
 *     FactorScheduler, whose stop_factor_lr is such a floor</a>
 */
@FieldsInJson
public record Clamped(ISchedule schedule, double minRate, double maxRate) implements ISchedule {

  public static final Parameter<ISchedule> SCHEDULE =
      Parameter.plugin("schedule", ISchedule.class).doc("the schedule whose values are limited");
  public static final Parameter<Double> MIN_RATE =
      Parameter.number("minRate").in("[0, inf)").doc("the lowest value");
  public static final Parameter<Double> MAX_RATE =
      Parameter.number("maxRate").in("[0, inf)").doc("the highest value");

  /** Stands for no bound: no parameter may be larger. */
  private static final double LARGEST = 1e30;

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "clamped")
          .summary("Another schedule between two bounds")
          .from(
              "https://mxnet.apache.org/versions/1.9.1/api/python/docs/api/lr_scheduler/index.html")
          .taking(SCHEDULE, MIN_RATE, MAX_RATE)
          .madeBy(a -> new Clamped(a.get(SCHEDULE), a.get(MIN_RATE), a.get(MAX_RATE)));

  public Clamped {
    TECHNIQUE
        .check(SCHEDULE, schedule)
        .check(MIN_RATE, minRate)
        .check(MAX_RATE, maxRate)
        .that(!(minRate > maxRate), "maxRate", "at least minRate, which is " + minRate, maxRate)
        .done();
  }

  /**
   * Gives a floor alone.
   *
   * @param schedule the schedule whose values are limited
   * @param minRate the lowest value
   * @return the schedule
   */
  public static Clamped atLeast(ISchedule schedule, double minRate) {
    return new Clamped(schedule, minRate, LARGEST);
  }

  /**
   * Gives a ceiling alone.
   *
   * @param schedule the schedule whose values are limited
   * @param maxRate the highest value
   * @return the schedule
   */
  public static Clamped atMost(ISchedule schedule, double maxRate) {
    return new Clamped(schedule, 0, maxRate);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return Math.min(Math.max(schedule.valueAt(iteration, epoch), minRate), maxRate);
  }

  /** Copies this, so that nothing that could change is shared. */
  @Override
  public ISchedule clone() {
    return new Clamped(schedule.clone(), minRate, maxRate);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Clamped read(Arguments json) {
    return (Clamped) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
