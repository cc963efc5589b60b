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
 * Cyclical rates (triangular): up from a to b in h steps, down again in h, and so on; the height
 * shrinks by d with each cycle.
 *
 * <p>Needs no length of the run, and tries all rates between a and b.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>a</td><td>minRate</td><td>[0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>b</td><td>maxRate</td><td>[minRate, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>h</td><td>halfPeriod</td><td>[1, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>d</td><td>decay</td><td>(0, 1]</td><td>1</td><td>per cycle</td></tr></table>
 *
 * <p><b>At the boundaries.</b> Cycle i starts at step {@code 2 h i} with a and has its peak {@code
 * a + (b - a) d^i} at {@code 2 h i + h}. No end.
 *
 * <p><b>Check.</b> a 0.001, b 0.006, h 2000, d 0.5: 0.0035 at step 1000, 0.006 at 2000, 0.001 at
 * 4000, 0.0035 at 6000.
 *
 * <p><b>Departs from PyTorch.</b> {@code CyclicLR} has decay 1 as {@code triangular}, 0.5 as {@code
 * triangular2}; its {@code exp_range}, which decays at each step, is left out.
 *
 * @param minRate the rate at the ends of a cycle
 * @param maxRate the rate at the first peak
 * @param halfPeriod steps from the one to the other
 * @param decay height of a cycle by that of the one before
 * @see <a href="https://arxiv.org/abs/1506.01186">Smith (2015)</a>
 */
@FieldsInJson
public record Cyclic(double minRate, double maxRate, int halfPeriod, double decay)
    implements ISchedule {

  public static final Parameter<Double> MIN_RATE =
      Parameter.number("minRate").in("[0, inf)").doc("the rate at the ends of a cycle");
  public static final Parameter<Double> MAX_RATE =
      Parameter.number("maxRate").in("[0, inf)").doc("the rate at the first peak");
  public static final Parameter<Integer> HALF_PERIOD =
      Parameter.integer("halfPeriod").in("[1, inf)").doc("steps from the one to the other");
  public static final Parameter<Double> DECAY =
      Parameter.number("decay")
          .in("(0, 1]")
          .orElse(1)
          .doc("height of a cycle by that of the one before");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "cyclic")
          .summary("Up and down between two rates, again and again")
          .from("https://arxiv.org/abs/1506.01186")
          .taking(MIN_RATE, MAX_RATE, HALF_PERIOD, DECAY)
          .madeBy(
              a -> new Cyclic(a.get(MIN_RATE), a.get(MAX_RATE), a.get(HALF_PERIOD), a.get(DECAY)));

  public Cyclic {
    TECHNIQUE
        .check(MIN_RATE, minRate)
        .check(MAX_RATE, maxRate)
        .check(HALF_PERIOD, halfPeriod)
        .check(DECAY, decay)
        .that(!(minRate > maxRate), "maxRate", "at least minRate, which is " + minRate, maxRate)
        .done();
  }

  /**
   * Makes cycles of the same height.
   *
   * @param minRate the rate at the ends of a cycle
   * @param maxRate the rate at the peaks
   * @param halfPeriod steps from the one to the other
   */
  public Cyclic(double minRate, double maxRate, int halfPeriod) {
    this(minRate, maxRate, halfPeriod, 1);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    int half = iteration / halfPeriod;
    double share = (double) (iteration % halfPeriod) / halfPeriod;
    double height = half % 2 == 0 ? share : 1 - share;
    double shrunk = decay == 1 ? 1 : Math.pow(decay, half / 2);
    double way = height * shrunk;
    // from the nearer rate, so that neither is overshot by rounding
    return way < 0.5
        ? minRate + way * (maxRate - minRate)
        : maxRate - (1 - way) * (maxRate - minRate);
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Cyclic read(Arguments json) {
    return (Cyclic) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
