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
 * Cosine scheduling: {@code f(t) = e + (r - e) ((1 + cos(pi t / T)) / 2)^p}, from r to e in T steps
 * along half a wave, which the exponent p bends.
 *
 * <p>It keeps the rate high for long and settles gently. It has few parameters and is one of the
 * best schedules: use it unless there is a reason for another.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>initialRate</td><td>[0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>e</td><td>finalRate</td><td>[0, inf)</td><td>0</td><td>rate</td></tr>
 * <tr><td>T</td><td>totalSteps</td><td>[1, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>p</td><td>exponent</td><td>(0, inf)</td><td>1</td><td>-</td></tr></table>
 *
 * <p><b>At the boundaries.</b> r at step 0, e from step T on, flat at both ends; with an exponent
 * of 0.5 or less it meets e at a corner.
 *
 * <p><b>Edges.</b> A final rate above the initial one makes it rise.
 *
 * <p><b>Check.</b> {@code new Cosine(0.1, 4300)}: 0.0853553391 at step 1075, 0.05 at step 2150;
 * with exponent 2 0.025 at step 2150.
 *
 * <p><b>Departs from PyTorch.</b> {@code CosineAnnealingLR} rises again after T. Keras's {@code
 * CosineDecay} and optax's {@code cosine_decay_schedule} have {@code alpha = e / r}; the former has
 * a warm-up that is {@link Warmup} here, and only the latter has the exponent.
 *
 * @param initialRate the rate at step 0
 * @param finalRate the rate from totalSteps on
 * @param totalSteps steps until the final rate
 * @param exponent the power of the remaining part of the wave; above 1 the rate falls sooner
 * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov, Hutter (2016)</a>
 */
@FieldsInJson
public record Cosine(double initialRate, double finalRate, int totalSteps, double exponent)
    implements ISchedule {

  public static final Parameter<Double> INITIAL_RATE =
      Parameter.number("initialRate").in("[0, inf)").doc("the rate at step 0");
  public static final Parameter<Double> FINAL_RATE =
      Parameter.number("finalRate").in("[0, inf)").orElse(0).doc("the rate from totalSteps on");
  public static final Parameter<Integer> TOTAL_STEPS =
      Parameter.integer("totalSteps").in("[1, inf)").doc("steps until the final rate");
  public static final Parameter<Double> EXPONENT =
      Parameter.number("exponent")
          .in("(0, inf)")
          .orElse(1)
          .doc("the power of the remaining part of the wave; above 1 the rate falls sooner");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "cosine")
          .summary("Falls from one rate to another along half a cosine wave, which may be bent")
          .from("https://arxiv.org/abs/1608.03983")
          .taking(INITIAL_RATE, FINAL_RATE, TOTAL_STEPS, EXPONENT)
          .madeBy(
              a ->
                  new Cosine(
                      a.get(INITIAL_RATE), a.get(FINAL_RATE), a.get(TOTAL_STEPS), a.get(EXPONENT)));

  public Cosine {
    TECHNIQUE
        .check(INITIAL_RATE, initialRate)
        .check(FINAL_RATE, finalRate)
        .check(TOTAL_STEPS, totalSteps)
        .check(EXPONENT, exponent)
        .done();
  }

  /**
   * Falls along the plain wave, with exponent 1.
   *
   * @param initialRate the rate at step 0
   * @param finalRate the rate from totalSteps on
   * @param totalSteps steps until the final rate
   */
  public Cosine(double initialRate, double finalRate, int totalSteps) {
    this(initialRate, finalRate, totalSteps, 1);
  }

  /**
   * Falls to 0.
   *
   * @param initialRate the rate at step 0
   * @param totalSteps steps until it is 0
   */
  public Cosine(double initialRate, int totalSteps) {
    this(initialRate, 0, totalSteps);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return iteration < totalSteps
        ? Interpolation.cosine(initialRate, finalRate, (double) iteration / totalSteps, exponent)
        : finalRate;
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Cosine read(Arguments json) {
    return (Cosine) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
