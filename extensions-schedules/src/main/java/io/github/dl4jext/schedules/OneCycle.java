package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.Optional;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;

/**
 * 1cycle: the rate rises from start to peak, falls back, and ends far below the start; {@link
 * #momentum()} does the opposite.
 *
 * <p>High rates in the middle of training regularize and are fast, low ones at the end settle. One
 * run of known length, often a fraction of what a constant rate needs.
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
 * <p><b>At the boundaries.</b> Step 0 has the start, step L and all after it the end: in style
 * geron the last step of the run, N - 1, is one notch above the end, as in the book's code.
 *
 * <p><b>Edges.</b> A phase of no length is left out. A run longer than N goes on at the end rate,
 * where PyTorch throws.
 *
 * <p><b>Check.</b> {@code geron(0.1, 4300)}: 0.01 at 0, 0.1 at 1935, 0.01 at 3870, 1e-5 from 4300.
 *
 * <p><b>Departs from DL4J.</b> {@code CycleSchedule} multiplies by 0.1 at <em>every</em> step of
 * the tail, jumps to ten times the start before it if the rest is odd, and then starts anew. From
 * the book's notebook: there the tail has {@code N // 10 + 1} steps, here a tenth of N.
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
public record OneCycle(
    @JsonProperty(value = "maxRate", required = true) double maxRate,
    @JsonProperty(value = "totalSteps", required = true) @JsonDeserialize(using = WholeNumber.class)
        int totalSteps,
    @JsonProperty(value = "shape", required = true) Shape shape,
    @JsonProperty(value = "style", required = true) Style style,
    @JsonProperty(value = "warmupFraction", required = true) double warmupFraction,
    @JsonProperty(value = "initialDivisor", required = true) double initialDivisor,
    @JsonProperty(value = "finalDivisor", required = true) double finalDivisor,
    @JsonProperty(value = "threePhase", required = true) boolean threePhase)
    implements ISchedule {

  private static final Parameter<Double> MAX_RATE =
      Parameter.number("maxRate").in("(0, inf)").doc("the peak");
  private static final Parameter<Optional<Double>> INITIAL_DIVISOR =
      Parameter.number("initialDivisor")
          .in("[1, inf)")
          .doc("peak by start: 10 in style geron, 25 in torch")
          .optional();
  private static final Parameter<Optional<Double>> FINAL_DIVISOR =
      Parameter.number("finalDivisor")
          .in("[1, inf)")
          .doc("start by end: 1000 in style geron, 10000 in torch")
          .optional();

  /** How a phase goes from one value to the next. */
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

  /** Checks the parameters. */
  @JsonCreator
  public OneCycle {
    Checks checks = Checks.of("one_cycle").check(MAX_RATE, maxRate);
    OneCyclePhases.check(checks, totalSteps, shape, style, warmupFraction, threePhase)
        .check(INITIAL_DIVISOR, Optional.of(initialDivisor))
        .check(FINAL_DIVISOR, Optional.of(finalDivisor))
        .done();
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
    return of(Style.GERON, maxRate, totalSteps);
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
    return of(Style.TORCH, maxRate, totalSteps);
  }

  private static OneCycle of(Style style, double maxRate, int totalSteps) {
    return new OneCycle(
        maxRate,
        totalSteps,
        style.shape,
        style,
        style.warmupFraction,
        style.initialDivisor,
        style.finalDivisor,
        style.threePhase);
  }

  /**
   * Another shape, all else being equal.
   *
   * @param other linear or cosine
   * @return the changed schedule
   */
  public OneCycle withShape(Shape other) {
    return new OneCycle(
        maxRate,
        totalSteps,
        other,
        style,
        warmupFraction,
        initialDivisor,
        finalDivisor,
        threePhase);
  }

  /**
   * Another share of the run until the peak, all else being equal.
   *
   * @param share in [0, 1], with three phases in [0, 0.5]
   * @return the changed schedule
   */
  public OneCycle withWarmupFraction(double share) {
    return new OneCycle(
        maxRate, totalSteps, shape, style, share, initialDivisor, finalDivisor, threePhase);
  }

  /**
   * Another start and end, all else being equal.
   *
   * @param initial the peak divided by the rate at the start, 1 or more
   * @param last the rate at the start divided by the one at the end, 1 or more
   * @return the changed schedule
   */
  public OneCycle withDivisors(double initial, double last) {
    return new OneCycle(
        maxRate, totalSteps, shape, style, warmupFraction, initial, last, threePhase);
  }

  /**
   * Two phases or three, all else being equal.
   *
   * @param three whether the rate goes back to the start before it goes to the end
   * @return the changed schedule
   */
  public OneCycle withThreePhases(boolean three) {
    return new OneCycle(
        maxRate, totalSteps, shape, style, warmupFraction, initialDivisor, finalDivisor, three);
  }

  /**
   * The momentum that belongs to this rate: 0.95 where the rate is low, 0.85 at the peak.
   *
   * @return the momentum's schedule
   */
  public OneCycleMomentum momentum() {
    return momentum(OneCycleMomentum.DEFAULT_MAX, OneCycleMomentum.DEFAULT_MIN);
  }

  /**
   * The momentum that belongs to this rate.
   *
   * @param maxMomentum where the rate is low
   * @param minMomentum at the peak of the rate
   * @return the momentum's schedule
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

  /** This, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  /** Makes {@link OneCycle} by the name {@code one_cycle}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<ISchedule> {

    /** States what the plugin is. */
    public Provider() {
      super(
          ISchedule.class,
          "one_cycle",
          "Rises to a peak, falls back and ends far below the start",
          "https://arxiv.org/abs/1708.07120");
      parameters(
          MAX_RATE,
          OneCyclePhases.TOTAL_STEPS,
          OneCyclePhases.SHAPE,
          OneCyclePhases.STYLE,
          OneCyclePhases.WARMUP_FRACTION,
          INITIAL_DIVISOR,
          FINAL_DIVISOR,
          OneCyclePhases.THREE_PHASE);
    }

    @Override
    public ISchedule create(Arguments arguments) {
      Style style = arguments.get(OneCyclePhases.STYLE);
      return new OneCycle(
          arguments.get(MAX_RATE),
          arguments.get(OneCyclePhases.TOTAL_STEPS),
          arguments.get(OneCyclePhases.SHAPE).orElse(style.shape),
          style,
          arguments.get(OneCyclePhases.WARMUP_FRACTION).orElse(style.warmupFraction),
          arguments.get(INITIAL_DIVISOR).orElse(style.initialDivisor),
          arguments.get(FINAL_DIVISOR).orElse(style.finalDivisor),
          arguments.get(OneCyclePhases.THREE_PHASE).orElse(style.threePhase));
    }
  }
}
