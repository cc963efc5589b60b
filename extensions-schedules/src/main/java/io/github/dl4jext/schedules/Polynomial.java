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
 * Polynomial scheduling: {@code f(t) = e + (r - e) (1 - t / T)^p}, from r to e in T steps; with
 * power 1 a straight line. With {@code cycle}, the next multiple of T takes the place of T in the
 * formula.
 *
 * <p>With powers above 1 the rate falls fast at first, unlike with {@link Cosine}; with powers
 * below 1 it stays high for long.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>initialRate</td><td>[0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>e</td><td>finalRate</td><td>[0, inf)</td><td>0</td><td>rate</td></tr>
 * <tr><td>T</td><td>totalSteps</td><td>[1, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>p</td><td>power</td><td>(0, inf)</td><td>1</td><td>-</td></tr>
 * <tr><td>-</td><td>cycle</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>At the boundaries.</b> r at step 0, e from step T on. With {@code cycle} it is e only at T,
 * 2 T, 3 T and so on, and jumps up at the step after each, by less each time.
 *
 * <p><b>Edges.</b> A final rate above the initial one makes it rise.
 *
 * <p><b>Check.</b> {@code new Polynomial(1, 0, 100, 2)}: 0.25 at step 50, 0.0001 at step 99; with
 * {@code cycle} 0.0625 at step 150.
 *
 * <p><b>Departs from DL4J.</b> {@code PolySchedule} has the wrong sign: it rises to {@code 2^p r}
 * and then drops to 0. Keras's {@code PolynomialDecay} is this one, with its {@code cycle}; so are
 * PyTorch's {@code PolynomialLR} and {@code LinearLR}, see {@link #linear}, whose plugin name is
 * {@code linear}.
 *
 * @param initialRate the rate at step 0
 * @param finalRate the rate from totalSteps on
 * @param totalSteps steps until the final rate
 * @param power the power of what is left of the run
 * @param cycle whether the rate rises again after totalSteps
 * @see <a href="https://arxiv.org/abs/1506.04579">Liu, Rabinovich, Berg (2015), section 4</a>
 */
@FieldsInJson
public record Polynomial(
    double initialRate, double finalRate, int totalSteps, double power, boolean cycle)
    implements ISchedule {

  public static final Parameter<Double> INITIAL_RATE =
      Parameter.number("initialRate").in("[0, inf)").doc("the rate at step 0");
  public static final Parameter<Double> FINAL_RATE =
      Parameter.number("finalRate").in("[0, inf)").orElse(0).doc("the rate from totalSteps on");
  public static final Parameter<Integer> TOTAL_STEPS =
      Parameter.integer("totalSteps").in("[1, inf)").doc("steps until the final rate");
  public static final Parameter<Double> POWER =
      Parameter.number("power")
          .in("(0, inf)")
          .orElse(1)
          .doc("1 is a straight line; above 1 the rate falls fast at first");
  public static final Parameter<Boolean> CYCLE =
      Parameter.flag("cycle").orElse(false).doc("whether the rate rises again after totalSteps");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "polynomial")
          .summary("Falls from one rate to another along a power of the remaining run")
          .from("https://arxiv.org/abs/1506.04579")
          .alsoNamed("linear", POWER, 1.0)
          .taking(INITIAL_RATE, FINAL_RATE, TOTAL_STEPS, POWER, CYCLE)
          .madeBy(
              a ->
                  new Polynomial(
                      a.get(INITIAL_RATE),
                      a.get(FINAL_RATE),
                      a.get(TOTAL_STEPS),
                      a.get(POWER),
                      a.get(CYCLE)));

  public Polynomial {
    TECHNIQUE
        .check(INITIAL_RATE, initialRate)
        .check(FINAL_RATE, finalRate)
        .check(TOTAL_STEPS, totalSteps)
        .check(POWER, power)
        .done();
  }

  /**
   * Falls once, and stays at the final rate.
   *
   * @param initialRate the rate at step 0
   * @param finalRate the rate from totalSteps on
   * @param totalSteps steps until the final rate
   * @param power the power of what is left of the run
   */
  public Polynomial(double initialRate, double finalRate, int totalSteps, double power) {
    this(initialRate, finalRate, totalSteps, power, false);
  }

  /**
   * Falls in a straight line to 0.
   *
   * @param initialRate the rate at step 0
   * @param totalSteps steps until it is 0
   */
  public Polynomial(double initialRate, int totalSteps) {
    this(initialRate, 0, totalSteps, 1);
  }

  /**
   * Falls or rises in a straight line, as PyTorch's {@code LinearLR} and optax's {@code
   * linear_schedule}.
   *
   * @param initialRate the rate at step 0
   * @param finalRate the rate from totalSteps on
   * @param totalSteps steps until the final rate
   * @return the schedule
   */
  public static Polynomial linear(double initialRate, double finalRate, int totalSteps) {
    return new Polynomial(initialRate, finalRate, totalSteps, 1);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    if (iteration >= totalSteps && !cycle) {
      return finalRate;
    }
    double end = totalSteps * Math.max(1, Math.ceil((double) iteration / totalSteps));
    return Interpolation.linear(finalRate, initialRate, Math.pow((end - iteration) / end, power));
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Polynomial read(Arguments json) {
    return (Polynomial) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
