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
 * Cosine scheduling with warm restarts (SGDR): {@link Cosine} from r to e again and again, each
 * period m times as long as the one before, and d times as high above e.
 *
 * <p>Each restart drives the network out of the minimum where it has settled. The ends of the
 * periods are good places to take snapshots.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>initialRate</td><td>(0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>e</td><td>finalRate</td><td>[0, initialRate]</td><td>0</td><td>rate</td></tr>
 * <tr><td>T</td><td>firstPeriod</td><td>[1, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>m</td><td>periodMultiplier</td><td>[1, 1000]</td><td>1</td><td>-</td></tr>
 * <tr><td>d</td><td>peakDecay</td><td>(0, 1]</td><td>1</td><td>per period</td></tr>
 * <tr><td>w</td><td>warmupSteps</td><td>[0, firstPeriod)</td><td>0</td><td>steps</td></tr></table>
 *
 * <p><b>At the boundaries.</b> Period i starts at step {@code T (m^i - 1) / (m - 1)}, or {@code i
 * T} if m is 1, with its peak, {@code e + (r - e) d^i}; the step before is slightly above e. With
 * warm-up it starts with e instead and rises to the peak in a straight line in w steps, which are
 * part of the period. The schedule has no end: make the run as long as a whole number of periods.
 *
 * <p><b>Check.</b> r 0.1, T 10, m 2: 0.05 at step 5, 0.1 at steps 10, 30 and 70, 0.05 at step 20;
 * with d 0.5 0.05 at step 10 and 0.025 at step 30.
 *
 * <p><b>Departs from PyTorch, Keras and timm.</b> m need not be whole, as in Keras. Peaks fall
 * towards e as by Keras's {@code m_mul}; timm's {@code cycle_decay} has them fall towards 0. One
 * warm-up before all periods, as timm and Hugging Face have it, is {@link Warmup}.
 *
 * @param initialRate the rate at the first peak
 * @param finalRate the rate that each period goes down to
 * @param firstPeriod length of the first period in steps
 * @param periodMultiplier length of a period divided by that of the one before
 * @param peakDecay height of a peak above finalRate divided by that of the one before
 * @param warmupSteps steps at the beginning of each period in which the rate rises
 * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov, Hutter (2016)</a>
 */
@FieldsInJson
public record CosineRestarts(
    double initialRate,
    double finalRate,
    int firstPeriod,
    double periodMultiplier,
    double peakDecay,
    int warmupSteps)
    implements ISchedule {

  public static final Parameter<Double> INITIAL_RATE =
      Parameter.number("initialRate").in("(0, inf)").doc("the rate at the first peak");
  public static final Parameter<Double> FINAL_RATE =
      Parameter.number("finalRate")
          .in("[0, inf)")
          .orElse(0)
          .doc("the rate that each period goes down to");
  public static final Parameter<Integer> FIRST_PERIOD =
      Parameter.integer("firstPeriod").in("[1, inf)").doc("length of the first period in steps");
  public static final Parameter<Double> PERIOD_MULTIPLIER =
      Parameter.number("periodMultiplier")
          .in("[1, 1000]")
          .orElse(1)
          .doc("length of a period divided by that of the one before");
  public static final Parameter<Double> PEAK_DECAY =
      Parameter.number("peakDecay")
          .in("(0, 1]")
          .orElse(1)
          .doc("height of a peak above finalRate divided by that of the one before");
  public static final Parameter<Integer> WARMUP_STEPS =
      Parameter.integer("warmupSteps")
          .in("[0, inf)")
          .orElse(0)
          .doc("steps at the beginning of each period in which the rate rises");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "cosine_restarts")
          .summary("Repeats cosine in periods that may grow, from peaks that may fall")
          .from("https://arxiv.org/abs/1608.03983")
          .taking(
              INITIAL_RATE, FINAL_RATE, FIRST_PERIOD, PERIOD_MULTIPLIER, PEAK_DECAY, WARMUP_STEPS)
          .madeBy(
              a ->
                  new CosineRestarts(
                      a.get(INITIAL_RATE),
                      a.get(FINAL_RATE),
                      a.get(FIRST_PERIOD),
                      a.get(PERIOD_MULTIPLIER),
                      a.get(PEAK_DECAY),
                      a.get(WARMUP_STEPS)));

  public CosineRestarts {
    TECHNIQUE
        .check(INITIAL_RATE, initialRate)
        .check(FINAL_RATE, finalRate)
        .check(FIRST_PERIOD, firstPeriod)
        .check(PERIOD_MULTIPLIER, periodMultiplier)
        .check(PEAK_DECAY, peakDecay)
        .check(WARMUP_STEPS, warmupSteps)
        .that(
            !(finalRate > initialRate),
            "finalRate",
            "at most initialRate, which is " + initialRate,
            finalRate)
        .that(
            warmupSteps < firstPeriod,
            "warmupSteps",
            "less than firstPeriod, which is " + firstPeriod,
            warmupSteps)
        .done();
  }

  /** Keeps a restart at a whole step from being missed when its position is rounded. */
  private static final double ROUNDING = 1e-9;

  /**
   * Growth below which 1 + growth has lost too many digits, so that log1p is used; above it log is
   * faster.
   */
  private static final double SLOW = 0.01;

  /**
   * Falls to 0, in periods of the same length.
   *
   * @param initialRate the rate at each restart
   * @param firstPeriod length of a period in steps
   */
  public CosineRestarts(double initialRate, int firstPeriod) {
    this(initialRate, 0, firstPeriod, 1);
  }

  /**
   * Returns to the same rate at each restart, without warm-up.
   *
   * @param initialRate the rate at each restart
   * @param finalRate the rate that each period goes down to
   * @param firstPeriod length of the first period in steps
   * @param periodMultiplier length of a period divided by that of the one before
   */
  public CosineRestarts(
      double initialRate, double finalRate, int firstPeriod, double periodMultiplier) {
    this(initialRate, finalRate, firstPeriod, periodMultiplier, 1, 0);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double growth = periodMultiplier - 1;
    if (growth == 0 || iteration < firstPeriod) {
      double share = (double) (iteration % firstPeriod) / firstPeriod;
      return within(iteration / firstPeriod, share);
    }
    double firsts = (double) iteration / firstPeriod; // lengths are in first periods from here on
    double period;
    double grown;
    if (growth < SLOW) {
      double log = Math.log1p(growth);
      period = Math.floor(Math.log1p(firsts * growth) / log);
      grown = Math.expm1(period * log);
    } else {
      period = Math.floor(Math.log(1 + firsts * growth) / Math.log(periodMultiplier));
      grown = Math.pow(periodMultiplier, period) - 1; // exact for whole numbers
    }
    double share = (firsts - grown / growth) / (grown + 1);
    if (share < -ROUNDING) { // the logarithm was rounded up
      return within(period - 1, share * periodMultiplier + 1);
    }
    return share < 1 - ROUNDING
        ? within(period, Math.max(0, share))
        : within(period + 1, Math.max(0, share - 1) / periodMultiplier);
  }

  /** The rate at a share of a period, from 0 to less than 1. */
  private double within(double period, double share) {
    double height = peakDecay == 1 ? 1 : Math.pow(peakDecay, period);
    double peak = Interpolation.linear(finalRate, initialRate, height);
    if (warmupSteps == 0) {
      return Interpolation.cosine(peak, finalRate, share);
    }
    double length = firstPeriod * Math.pow(periodMultiplier, period);
    double step = share * length;
    return step < warmupSteps
        ? Interpolation.linear(finalRate, peak, step / warmupSteps)
        : Interpolation.cosine(peak, finalRate, (step - warmupSteps) / (length - warmupSteps));
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static CosineRestarts read(Arguments json) {
    return (CosineRestarts) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
