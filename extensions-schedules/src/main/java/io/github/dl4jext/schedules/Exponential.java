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
 * Exponential scheduling: {@code f(t) = r d^(t / s)}, or with a staircase {@code r d^floor(t / s)}.
 *
 * <p>Falls by the same factor d every s steps, and never ends.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>initialRate</td><td>(0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>d</td><td>decayRate</td><td>(0, 1]</td><td>required</td><td>-</td></tr>
 * <tr><td>s</td><td>decaySteps</td><td>[1, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>-</td><td>staircase</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>At the boundaries.</b> r at step 0. With a staircase, step s is the first one with r d. No
 * end: {@link Clamped} gives it a floor.
 *
 * <p><b>Edges.</b> After some ten thousand times s steps the value may be too small for a double,
 * and becomes 0.
 *
 * <p><b>Check.</b> {@code new Exponential(0.1, 0.1, 20)}: 0.0316227766 at step 10, 0.01 at step 20.
 *
 * <p><b>Departs from PyTorch.</b> {@code ExponentialLR(gamma)} has s = 1. {@code StepLR} is the
 * staircase: see {@link #step}, whose plugin name is {@code step}. Keras's {@code ExponentialDecay}
 * and this one are the same. A rate that rises (d above 1) is refused.
 *
 * @param initialRate the rate at step 0
 * @param decayRate the share of the rate that is left after decaySteps
 * @param decaySteps steps per decayRate
 * @param staircase whether it falls in steps instead of continuously
 * @see <a href="https://arxiv.org/abs/1512.00567">Szegedy et al. (2015), section 8</a>
 */
@FieldsInJson
public record Exponential(double initialRate, double decayRate, int decaySteps, boolean staircase)
    implements ISchedule {

  public static final Parameter<Double> INITIAL_RATE =
      Parameter.number("initialRate").in("(0, inf)").doc("the rate at step 0");
  public static final Parameter<Double> DECAY_RATE =
      Parameter.number("decayRate")
          .in("(0, 1]")
          .doc("the share of the rate that is left after decaySteps");
  public static final Parameter<Integer> DECAY_STEPS =
      Parameter.integer("decaySteps").in("[1, inf)").doc("steps per decayRate");
  public static final Parameter<Boolean> STAIRCASE =
      Parameter.flag("staircase").orElse(false).doc("whether it falls in steps");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "exponential")
          .summary("Falls by the same factor every so many steps")
          .from("https://arxiv.org/abs/1512.00567")
          .alsoNamed("step", STAIRCASE, true)
          .taking(INITIAL_RATE, DECAY_RATE, DECAY_STEPS, STAIRCASE)
          .madeBy(
              a ->
                  new Exponential(
                      a.get(INITIAL_RATE),
                      a.get(DECAY_RATE),
                      a.get(DECAY_STEPS),
                      a.get(STAIRCASE)));

  public Exponential {
    TECHNIQUE
        .check(INITIAL_RATE, initialRate)
        .check(DECAY_RATE, decayRate)
        .check(DECAY_STEPS, decaySteps)
        .done();
  }

  /**
   * Falls continuously.
   *
   * @param initialRate the rate at step 0
   * @param decayRate the share of the rate that is left after decaySteps
   * @param decaySteps steps per decayRate
   */
  public Exponential(double initialRate, double decayRate, int decaySteps) {
    this(initialRate, decayRate, decaySteps, false);
  }

  /**
   * Falls in steps, as PyTorch's {@code StepLR}: {@code r d^floor(t / s)}.
   *
   * @param initialRate the rate until the first fall
   * @param decayRate the share of the rate that each fall leaves, PyTorch's {@code gamma}
   * @param decaySteps steps from one fall to the next, PyTorch's {@code step_size}
   * @return the schedule
   */
  public static Exponential step(double initialRate, double decayRate, int decaySteps) {
    return new Exponential(initialRate, decayRate, decaySteps, true);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return initialRate * Math.pow(decayRate, Staircase.times(iteration, decaySteps, staircase));
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Exponential read(Arguments json) {
    return (Exponential) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
