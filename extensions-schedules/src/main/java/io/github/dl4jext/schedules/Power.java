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
 * Power scheduling, or inverse time: {@code f(t) = r / (1 + d t / s)^c}, or with a staircase {@code
 * r / (1 + d floor(t / s))^c}.
 *
 * <p>It falls fast at first, then ever slower, and never ends: after s steps it is r / 2 (with c
 * and d 1), after s more r / 3, then r / 4.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>initialRate</td><td>(0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>s</td><td>stepSize</td><td>(0, inf)</td><td>required</td><td>steps, need not be whole</td></tr>
 * <tr><td>c</td><td>exponent</td><td>[0, inf)</td><td>1</td><td>-</td></tr>
 * <tr><td>d</td><td>decayRate</td><td>(0, inf)</td><td>1</td><td>per stepSize</td></tr>
 * <tr><td>-</td><td>staircase</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>At the boundaries.</b> r at step 0; no end. With a staircase, step s is the first one that
 * is lower.
 *
 * <p><b>Edges.</b> With exponent 0 it is constant.
 *
 * <p><b>Check.</b> {@code new Power(0.1, 20)}: 0.05 at step 20, 0.025 at step 60; {@code new
 * Power(0.1, 10, 1, 0.96, true)}: 0.1 at step 9, 0.0510204082 at step 10.
 *
 * <p><b>Departs from Keras and DL4J.</b> {@code InverseTimeDecay(r, s, d)} and {@code
 * InverseSchedule} are this one; the former has no exponent, the latter a factor d / s. The plugin
 * name {@code inverse_time} stands for exponent 1.
 *
 * @param initialRate the rate at step 0
 * @param stepSize steps until the rate is halved, if exponent and decayRate are 1
 * @param exponent how steeply the rate falls
 * @param decayRate how much each stepSize adds to the divisor of the initial rate
 * @param staircase whether it falls in steps instead of continuously
 * @see <a href="https://arxiv.org/abs/1206.5533">Bengio (2012), section 3.1</a>
 */
@FieldsInJson
public record Power(
    double initialRate, double stepSize, double exponent, double decayRate, boolean staircase)
    implements ISchedule {

  public static final Parameter<Double> INITIAL_RATE =
      Parameter.number("initialRate").in("(0, inf)").doc("the rate at step 0");
  public static final Parameter<Double> STEP_SIZE =
      Parameter.number("stepSize")
          .in("(0, inf)")
          .doc("steps until the rate is halved, with exponent and decayRate 1");
  public static final Parameter<Double> EXPONENT =
      Parameter.number("exponent").in("[0, inf)").orElse(1).doc("how steeply the rate falls");
  public static final Parameter<Double> DECAY_RATE =
      Parameter.number("decayRate")
          .in("(0, inf)")
          .orElse(1)
          .doc("how much each stepSize adds to the divisor of the initial rate");
  public static final Parameter<Boolean> STAIRCASE =
      Parameter.flag("staircase").orElse(false).doc("whether it falls in steps");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "power")
          .summary("r / (1 + d t / s)^c: falls fast first, then ever slower")
          .from("https://arxiv.org/abs/1206.5533")
          .alsoNamed("inverse_time", EXPONENT, 1.0)
          .taking(INITIAL_RATE, STEP_SIZE, EXPONENT, DECAY_RATE, STAIRCASE)
          .madeBy(
              a ->
                  new Power(
                      a.get(INITIAL_RATE),
                      a.get(STEP_SIZE),
                      a.get(EXPONENT),
                      a.get(DECAY_RATE),
                      a.get(STAIRCASE)));

  public Power {
    TECHNIQUE
        .check(INITIAL_RATE, initialRate)
        .check(STEP_SIZE, stepSize)
        .check(EXPONENT, exponent)
        .check(DECAY_RATE, decayRate)
        .done();
  }

  /**
   * Falls continuously, with decay rate 1.
   *
   * @param initialRate the rate at step 0
   * @param stepSize steps until the rate is halved, if the exponent is 1
   * @param exponent how steeply the rate falls
   */
  public Power(double initialRate, double stepSize, double exponent) {
    this(initialRate, stepSize, exponent, 1, false);
  }

  /**
   * Falls continuously, with exponent and decay rate 1.
   *
   * @param initialRate the rate at step 0
   * @param stepSize steps until the rate is halved
   */
  public Power(double initialRate, double stepSize) {
    this(initialRate, stepSize, 1);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double times = Staircase.times(iteration, stepSize, staircase);
    return initialRate / Math.pow(1 + decayRate * times, exponent);
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Power read(Arguments json) {
    return (Power) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
