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
 * Cyclical rates (triangular): up from a to b in h steps, down again in l, and so on; the height
 * shrinks by d with each cycle, or by g with each step. {@link #momentum()} does the opposite.
 *
 * <p>It does not need the length of the run, and passes through all rates between a and b.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>a</td><td>minRate</td><td>[0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>b</td><td>maxRate</td><td>[minRate, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>h</td><td>halfPeriod</td><td>[1, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>l</td><td>stepsDown</td><td>[1, inf)</td><td>halfPeriod</td><td>steps</td></tr>
 * <tr><td>d</td><td>decay</td><td>(0, 1]</td><td>1</td><td>per cycle</td></tr>
 * <tr><td>g</td><td>stepDecay</td><td>(0, 1]</td><td>1</td><td>per step</td></tr></table>
 *
 * <p><b>At the boundaries.</b> Cycle i starts at step {@code (h + l) i} with a and has its peak
 * {@code a + (b - a) d^i g^t} at {@code t = (h + l) i + h}. No end.
 *
 * <p><b>Check.</b> a 0.001, b 0.006, h 2000, d 0.5: 0.0035 at step 1000, 0.006 at 2000, 0.001 at
 * 4000, 0.0035 at 6000.
 *
 * <p><b>Departs from PyTorch.</b> Only in names: {@code CyclicLR} has {@code step_size_up} and
 * {@code step_size_down} for h and l, decay 1 as {@code triangular}, 0.5 as {@code triangular2},
 * and g as {@code gamma} of {@code exp_range}.
 *
 * @param minRate the rate at the ends of a cycle
 * @param maxRate the rate at the first peak
 * @param halfPeriod steps from minRate up to the peak
 * @param stepsDown steps back down
 * @param decay height of a cycle divided by that of the one before
 * @param stepDecay the share of the height that each step leaves
 * @see <a href="https://arxiv.org/abs/1506.01186">Smith (2015)</a>
 */
@FieldsInJson
public record Cyclic(
    double minRate, double maxRate, int halfPeriod, int stepsDown, double decay, double stepDecay)
    implements ISchedule {

  public static final Parameter<Double> MIN_RATE =
      Parameter.number("minRate").in("[0, inf)").doc("the rate at the ends of a cycle");
  public static final Parameter<Double> MAX_RATE =
      Parameter.number("maxRate").in("[0, inf)").doc("the rate at the first peak");
  public static final Parameter<Integer> HALF_PERIOD =
      Parameter.integer("halfPeriod").in("[1, inf)").doc("steps from minRate up to the peak");
  public static final Parameter<Integer> STEPS_DOWN =
      Parameter.integer("stepsDown")
          .in("[1, inf)")
          .doc("steps back down: as many as up unless given");
  public static final Parameter<Double> DECAY =
      Parameter.number("decay")
          .in("(0, 1]")
          .orElse(1)
          .doc("height of a cycle divided by that of the one before");
  public static final Parameter<Double> STEP_DECAY =
      Parameter.number("stepDecay")
          .in("(0, 1]")
          .orElse(1)
          .doc("the share of the height that each step leaves");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "cyclic")
          .summary("Rises and falls between two rates, again and again")
          .from("https://arxiv.org/abs/1506.01186")
          .taking(MIN_RATE, MAX_RATE, HALF_PERIOD, STEPS_DOWN.optional(), DECAY, STEP_DECAY)
          .madeBy(
              a ->
                  new Cyclic(
                      a.get(MIN_RATE),
                      a.get(MAX_RATE),
                      a.get(HALF_PERIOD),
                      a.get(STEPS_DOWN.optional()).orElse(a.get(HALF_PERIOD)),
                      a.get(DECAY),
                      a.get(STEP_DECAY)));

  public Cyclic {
    TECHNIQUE
        .check(MIN_RATE, minRate)
        .check(MAX_RATE, maxRate)
        .check(HALF_PERIOD, halfPeriod)
        .check(STEPS_DOWN, stepsDown)
        .check(DECAY, decay)
        .check(STEP_DECAY, stepDecay)
        .that(!(minRate > maxRate), "maxRate", "at least minRate, which is " + minRate, maxRate)
        .done();
  }

  /**
   * Makes cycles of the same height.
   *
   * @param minRate the rate at the ends of a cycle
   * @param maxRate the rate at the peaks
   * @param halfPeriod steps from the one rate to the other
   */
  public Cyclic(double minRate, double maxRate, int halfPeriod) {
    this(minRate, maxRate, halfPeriod, 1);
  }

  /**
   * Makes cycles that rise and fall for the same number of steps.
   *
   * @param minRate the rate at the ends of a cycle
   * @param maxRate the rate at the first peak
   * @param halfPeriod steps from the one to the other
   * @param decay height of a cycle divided by that of the one before
   */
  public Cyclic(double minRate, double maxRate, int halfPeriod, double decay) {
    this(minRate, maxRate, halfPeriod, halfPeriod, decay, 1);
  }

  /**
   * The momentum that belongs to this rate: 0.9 where the rate is low, 0.8 at the first peak.
   *
   * @return the momentum's schedule
   */
  public CyclicMomentum momentum() {
    return momentum(
        CyclicMomentum.MAX_MOMENTUM.defaultOf(), CyclicMomentum.MIN_MOMENTUM.defaultOf());
  }

  /**
   * The momentum that belongs to this rate.
   *
   * @param maxMomentum the momentum where the rate is low, in {@code [0, 1)}
   * @param minMomentum the momentum at the first peak of the rate, at most maxMomentum
   * @return the momentum's schedule
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  public CyclicMomentum momentum(double maxMomentum, double minMomentum) {
    return new CyclicMomentum(maxMomentum, minMomentum, halfPeriod, stepsDown, decay, stepDecay);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return Interpolation.linear(
        minRate, maxRate, height(iteration, halfPeriod, stepsDown, decay, stepDecay));
  }

  /** The height at a step, as a share of the first peak's without any shrinking. */
  static double height(int step, int up, int down, double decay, double stepDecay) {
    long period = (long) up + down;
    long at = step % period;
    double height = at < up ? (double) at / up : (double) (period - at) / down;
    double shrunk = decay == 1 ? 1 : Math.pow(decay, step / period);
    return height * shrunk * (stepDecay == 1 ? 1 : Math.pow(stepDecay, step));
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
