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
 * The momentum of cyclical rates: high where the rate of {@link Cyclic} is low, low at its peaks.
 *
 * <p>High rates need less momentum, since both make steps longer. Make it from the rate, so that
 * the two agree:
 *
 * <pre>{@code
 * Cyclic rate = new Cyclic(0.001, 0.006, 2000);
 * new Nesterovs.Builder().learningRateSchedule(rate).momentumISchedule(rate.momentum()).build();
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>b</td><td>maxMomentum</td><td>[minMomentum, 1)</td><td>0.9</td><td>-</td></tr>
 * <tr><td>a</td><td>minMomentum</td><td>[0, 1)</td><td>0.8</td><td>-</td></tr>
 * <tr><td>-</td><td>halfPeriod, stepsDown, decay, stepDecay</td><td colspan="3">as in {@link
 *   Cyclic}</td></tr></table>
 *
 * <p><b>At the boundaries.</b> b where a cycle starts, a at the first peak of the rate; where the
 * rate's peaks shrink, the momentum falls less far below b. No end.
 *
 * <p><b>Check.</b> {@code new Cyclic(0.001, 0.006, 2000, 0.5).momentum()}: 0.9 at step 0, 0.85 at
 * 1000, 0.8 at 2000, 0.9 at 4000, 0.85 at 6000.
 *
 * <p><b>Departs from PyTorch.</b> In nothing: it is {@code CyclicLR} with {@code cycle_momentum}.
 *
 * @param maxMomentum where the rate is low
 * @param minMomentum at the first peak of the rate
 * @param halfPeriod steps in which it falls
 * @param stepsDown steps in which it rises again, as the rate goes down
 * @param decay height of a cycle divided by that of the one before
 * @param stepDecay the share of the height that each step leaves
 * @see <a href="https://arxiv.org/abs/1803.09820">Smith (2018), section 4.3</a>
 */
@FieldsInJson
public record CyclicMomentum(
    double maxMomentum,
    double minMomentum,
    int halfPeriod,
    int stepsDown,
    double decay,
    double stepDecay)
    implements ISchedule {

  public static final Parameter<Double> MAX_MOMENTUM =
      Parameter.number("maxMomentum")
          .in("[0, 1)")
          .orElse(0.9)
          .doc("momentum where the rate is low");
  public static final Parameter<Double> MIN_MOMENTUM =
      Parameter.number("minMomentum")
          .in("[0, 1)")
          .orElse(0.8)
          .doc("momentum at the first peak of the rate");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "cyclic_momentum")
          .summary("Falls while the rate of cyclic rises, and rises while it falls")
          .from("https://arxiv.org/abs/1803.09820")
          .taking(
              MAX_MOMENTUM,
              MIN_MOMENTUM,
              Cyclic.HALF_PERIOD,
              Cyclic.STEPS_DOWN.optional(),
              Cyclic.DECAY,
              Cyclic.STEP_DECAY)
          .madeBy(
              a ->
                  new CyclicMomentum(
                      a.get(MAX_MOMENTUM),
                      a.get(MIN_MOMENTUM),
                      a.get(Cyclic.HALF_PERIOD),
                      a.get(Cyclic.STEPS_DOWN.optional()).orElse(a.get(Cyclic.HALF_PERIOD)),
                      a.get(Cyclic.DECAY),
                      a.get(Cyclic.STEP_DECAY)));

  public CyclicMomentum {
    TECHNIQUE
        .check(MAX_MOMENTUM, maxMomentum)
        .check(MIN_MOMENTUM, minMomentum)
        .check(Cyclic.HALF_PERIOD, halfPeriod)
        .check(Cyclic.STEPS_DOWN, stepsDown)
        .check(Cyclic.DECAY, decay)
        .check(Cyclic.STEP_DECAY, stepDecay)
        .that(
            !(minMomentum > maxMomentum),
            "minMomentum",
            "at most maxMomentum, which is " + maxMomentum,
            minMomentum)
        .done();
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return Interpolation.linear(
        maxMomentum,
        minMomentum,
        Cyclic.height(iteration, halfPeriod, stepsDown, decay, stepDecay));
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static CyclicMomentum read(Arguments json) {
    return (CyclicMomentum) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
