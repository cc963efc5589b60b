package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * 1cycle: the rate rises from start to peak, falls back, and ends far below the start; {@link
 * #momentum()} does the opposite.
 *
 * <p>High rates in the middle of training regularize and are fast, low ones at the end settle. The
 * length of the run must be known; it is often a fraction of what a constant rate needs.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default: geron</th><th>torch</th>
 *   <th>unit</th></tr>
 * <tr><td>peak</td><td>maxRate</td><td>(0, inf)</td><td>required</td><td>required</td>
 *   <td>rate</td></tr>
 * <tr><td>N</td><td>totalSteps</td><td>[1, inf)</td><td>required</td><td>required</td>
 *   <td>steps</td></tr>
 * <tr><td>-</td><td>shape</td><td>linear, cosine</td><td>linear</td><td>cosine</td><td>-</td></tr>
 * <tr><td>-</td><td>style</td><td>geron, torch</td><td>geron</td><td>-</td><td>-</td></tr>
 * <tr><td>w</td><td>warmupFraction</td><td>[0, 1], [0, 0.5] with three phases</td><td>0.45</td>
 *   <td>0.3</td><td>share of N</td></tr>
 * <tr><td>-</td><td>initialDivisor</td><td>[1, inf)</td><td>10</td><td>25</td>
 *   <td>peak / start</td></tr>
 * <tr><td>-</td><td>finalDivisor</td><td>[1, inf)</td><td>1000</td><td>10000</td>
 *   <td>start / end</td></tr>
 * <tr><td>-</td><td>threePhase</td><td>true, false</td><td>true</td><td>false</td><td>-</td></tr>
 * </table>
 *
 * <p><b>Phases.</b> Three: start to peak, peak to start, start to end. Two: start to peak, peak to
 * end. The peak is at step T, the second phase of three ends at 2 T, the last one at L. Style geron
 * has T = floor(w N) and L = N, style torch T = w N - 1 and L = N - 1, which need not be whole.
 *
 * <p><b>At the boundaries.</b> The rate is the start at step 0, and the end from step L on. In
 * style geron the last step of the run, N - 1, is therefore slightly above the end, as in the
 * book's code.
 *
 * <p><b>Edges.</b> A phase of no length is left out. A run longer than N continues at the end rate,
 * where PyTorch throws an exception.
 *
 * <p><b>Check.</b> {@code geron(0.1, 4300)}: 0.01 at 0, 0.1 at 1935, 0.01 at 3870, 1e-5 from 4300.
 *
 * <p><b>Departs from DL4J.</b> {@code CycleSchedule} multiplies by 0.1 at <em>every</em> step of
 * the tail, jumps to ten times the start before it if the rest is odd, and then starts again. This
 * schedule also departs from the book's notebook: there the tail has {@code N // 10 + 1} steps,
 * here a tenth of N.
 *
 * @param maxRate the peak
 * @param totalSteps length of the run in steps
 * @param shape how a phase goes from one rate to the next
 * @param style where the phases end
 * @param warmupFraction share of the run until the peak
 * @param initialDivisor the peak divided by the rate at the start
 * @param finalDivisor the rate at the start divided by the one at the end
 * @param threePhase whether the rate goes back to the start before it goes to the end
 * @see <a href="https://arxiv.org/abs/1708.07120">Smith, Topin (2017)</a>
 */
@FieldsInJson
public record OneCycle(
    double maxRate,
    int totalSteps,
    Shape shape,
    Style style,
    double warmupFraction,
    double initialDivisor,
    double finalDivisor,
    boolean threePhase)
    implements ISchedule {

  public static final Parameter<Double> MAX_RATE =
      Parameter.number("maxRate").in("(0, inf)").doc("the peak");
  public static final Parameter<Integer> TOTAL_STEPS =
      Parameter.integer("totalSteps").in("[1, inf)").doc("length of the run in steps");
  public static final Parameter<Shape> SHAPE =
      Parameter.choice("shape", Shape.class)
          .doc("the shape of a phase: linear in style geron, cosine in torch");
  public static final Parameter<Style> STYLE =
      Parameter.choice("style", Style.class)
          .orElse(Style.GERON)
          .doc("where phases end, and the defaults of the other parameters");
  public static final Parameter<Double> WARMUP_FRACTION =
      Parameter.number("warmupFraction")
          .in("[0, 1]")
          .doc("share of the run until the peak: 0.45 in style geron, 0.3 in torch");
  public static final Parameter<Double> INITIAL_DIVISOR =
      Parameter.number("initialDivisor")
          .in("[1, inf)")
          .doc("peak divided by start: 10 in style geron, 25 in torch");
  public static final Parameter<Double> FINAL_DIVISOR =
      Parameter.number("finalDivisor")
          .in("[1, inf)")
          .doc("start divided by end: 1000 in style geron, 10000 in torch");
  public static final Parameter<Boolean> THREE_PHASE =
      Parameter.flag("threePhase")
          .doc(
              "whether the rate returns to the start before the end: yes in style geron, no in torch");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "one_cycle")
          .summary("Rises to a peak, falls back and ends far below the start")
          .from("https://arxiv.org/abs/1708.07120")
          .taking(
              MAX_RATE,
              TOTAL_STEPS,
              SHAPE.optional(),
              STYLE,
              WARMUP_FRACTION.optional(),
              INITIAL_DIVISOR.optional(),
              FINAL_DIVISOR.optional(),
              THREE_PHASE.optional())
          .madeBy(OneCycle::completed);

  /** How a phase gets from one value to the next. */
  public enum Shape {
    /** In a straight line. */
    LINEAR,
    /** Along half a wave, flat at both ends. */
    COSINE
  }

  /** Whose 1cycle it is: where the phases end, and the defaults. */
  public enum Style {
    /** As in chapter 11 of Géron's book: up for 45 %, down for 45 %, a tail of 10 %. */
    GERON(Shape.LINEAR, 0.45, 10, 1000, true),
    /** As PyTorch's {@code OneCycleLR}: up for 30 %, down for the rest. */
    TORCH(Shape.COSINE, 0.3, 25, 1e4, false);

    final Shape shape;
    final double warmupFraction;
    final double initialDivisor;
    final double finalDivisor;
    final boolean threePhase;

    Style(Shape shape, double warmup, double initial, double last, boolean threePhase) {
      this.shape = shape;
      this.warmupFraction = warmup;
      this.initialDivisor = initial;
      this.finalDivisor = last;
      this.threePhase = threePhase;
    }
  }

  public OneCycle {
    OneCyclePhases.check(TECHNIQUE.checks(), totalSteps, shape, style, warmupFraction, threePhase)
        .check(MAX_RATE, maxRate)
        .check(INITIAL_DIVISOR, initialDivisor)
        .check(FINAL_DIVISOR, finalDivisor)
        .done();
  }

  /** Takes the values that are not given from the style. */
  private static OneCycle completed(Arguments given) {
    Style style = given.get(STYLE);
    return new OneCycle(
        given.get(MAX_RATE),
        given.get(TOTAL_STEPS),
        given.get(SHAPE.optional()).orElse(style.shape),
        style,
        given.get(WARMUP_FRACTION.optional()).orElse(style.warmupFraction),
        given.get(INITIAL_DIVISOR.optional()).orElse(style.initialDivisor),
        given.get(FINAL_DIVISOR.optional()).orElse(style.finalDivisor),
        given.get(THREE_PHASE.optional()).orElse(style.threePhase));
  }

  /**
   * The 1cycle of chapter 11 of Géron's book: linear up from a tenth of the peak, linear back, and
   * in the last tenth of the run down to a thousandth of the start.
   *
   * @param maxRate the peak
   * @param totalSteps length of the run in steps
   * @return the schedule
   */
  public static OneCycle geron(double maxRate, int totalSteps) {
    return inStyle(maxRate, totalSteps, Style.GERON);
  }

  /**
   * PyTorch's {@code OneCycleLR} with its defaults: along a cosine up from 1/25 of the peak in 30 %
   * of the run, then down to 1/250000 of it.
   *
   * @param maxRate the peak
   * @param totalSteps length of the run in steps
   * @return the schedule
   */
  public static OneCycle torch(double maxRate, int totalSteps) {
    return inStyle(maxRate, totalSteps, Style.TORCH);
  }

  private static OneCycle inStyle(double maxRate, int totalSteps, Style style) {
    return made(Arguments.of(MAX_RATE, maxRate).with(TOTAL_STEPS, totalSteps).with(STYLE, style));
  }

  /**
   * Takes another value for a parameter.
   *
   * @param parameter one of the constants of this class, such as {@link #SHAPE}
   * @param value its value; another style changes where phases end, but not the other parameters
   * @param <V> the parameter's type
   * @return a copy with this value
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the value is out of range
   */
  public <V> OneCycle with(Parameter<V> parameter, V value) {
    Objects.requireNonNull(parameter, "one_cycle: parameter must be given, was null");
    return made(
        Arguments.of(MAX_RATE, maxRate)
            .with(TOTAL_STEPS, totalSteps)
            .with(SHAPE, shape)
            .with(STYLE, style)
            .with(WARMUP_FRACTION, warmupFraction)
            .with(INITIAL_DIVISOR, initialDivisor)
            .with(FINAL_DIVISOR, finalDivisor)
            .with(THREE_PHASE, threePhase)
            .with(parameter, value));
  }

  private static OneCycle made(Arguments arguments) {
    return completed(TECHNIQUE.read(arguments));
  }

  /**
   * The momentum that belongs to this rate: 0.95 where the rate is low, 0.85 at the peak.
   *
   * @return the momentum's schedule
   */
  public OneCycleMomentum momentum() {
    return momentum(
        OneCycleMomentum.MAX_MOMENTUM.defaultOf(), OneCycleMomentum.MIN_MOMENTUM.defaultOf());
  }

  /**
   * The momentum that belongs to this rate.
   *
   * @param maxMomentum the momentum where the rate is low, in {@code [0, 1)}
   * @param minMomentum the momentum at the peak of the rate, at most maxMomentum
   * @return the momentum's schedule
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is out of range
   */
  public OneCycleMomentum momentum(double maxMomentum, double minMomentum) {
    return new OneCycleMomentum(
        totalSteps, maxMomentum, minMomentum, shape, style, warmupFraction, threePhase);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double start = maxRate / initialDivisor;
    double end = start / finalDivisor;
    return OneCyclePhases.valueAt(
        iteration, totalSteps, shape, style, warmupFraction, threePhase, start, maxRate, end);
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static OneCycle read(Arguments json) {
    return (OneCycle) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
