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
 * The momentum of 1cycle: high where the rate of {@link OneCycle} is low, low at its peak.
 *
 * <p>High rates need less momentum, since both make steps longer. Make it from the rate, so that
 * the two agree:
 *
 * <pre>{@code
 * OneCycle rate = OneCycle.geron(0.1, 4300);
 * new Nesterovs.Builder().learningRateSchedule(rate).momentumISchedule(rate.momentum()).build();
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>N</td><td>totalSteps</td><td>[1, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>-</td><td>maxMomentum</td><td>[minMomentum, 1)</td><td>0.95</td><td>-</td></tr>
 * <tr><td>-</td><td>minMomentum</td><td>[0, 1)</td><td>0.85</td><td>-</td></tr>
 * <tr><td>-</td><td>shape, style, warmupFraction, threePhase</td><td colspan="3">as in {@link
 *   OneCycle}</td></tr></table>
 *
 * <p><b>Phases.</b> Those of the rate: from the maximum to the minimum, and back to the maximum. In
 * the third phase, if there is one, it stays at the maximum.
 *
 * <p><b>At the boundaries.</b> The maximum at step 0, at the end and after it.
 *
 * <p><b>Check.</b> {@code OneCycle.geron(0.1, 4300).momentum()}: 0.95 at 0, 0.85 at 1935, 0.95 from
 * 3870 on.
 *
 * <p><b>Departs from PyTorch.</b> In nothing; DL4J has none.
 *
 * @param totalSteps length of the run in steps
 * @param maxMomentum where the rate is low
 * @param minMomentum at the peak of the rate
 * @param shape how a phase goes from one momentum to the next
 * @param style where the phases end
 * @param warmupFraction share of the run until the minimum
 * @param threePhase whether the rate has a third phase
 * @see <a href="https://arxiv.org/abs/1803.09820">Smith (2018), section 4.3</a>
 */
@FieldsInJson
public record OneCycleMomentum(
    int totalSteps,
    double maxMomentum,
    double minMomentum,
    OneCycle.Shape shape,
    OneCycle.Style style,
    double warmupFraction,
    boolean threePhase)
    implements ISchedule {

  public static final Parameter<Double> MAX_MOMENTUM =
      Parameter.number("maxMomentum")
          .in("[0, 1)")
          .orElse(0.95)
          .doc("momentum where the rate is low");
  public static final Parameter<Double> MIN_MOMENTUM =
      Parameter.number("minMomentum")
          .in("[0, 1)")
          .orElse(0.85)
          .doc("momentum at the peak of the rate");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "one_cycle_momentum")
          .summary("Falls while the rate of one_cycle rises, and rises while it falls")
          .from("https://arxiv.org/abs/1803.09820")
          .taking(
              OneCycle.TOTAL_STEPS,
              MAX_MOMENTUM,
              MIN_MOMENTUM,
              OneCycle.SHAPE.optional(),
              OneCycle.STYLE,
              OneCycle.WARMUP_FRACTION.optional(),
              OneCycle.THREE_PHASE.optional())
          .madeBy(OneCycleMomentum::completed);

  public OneCycleMomentum {
    OneCyclePhases.check(TECHNIQUE.checks(), totalSteps, shape, style, warmupFraction, threePhase)
        .check(MAX_MOMENTUM, maxMomentum)
        .check(MIN_MOMENTUM, minMomentum)
        .that(
            !(minMomentum > maxMomentum),
            "minMomentum",
            "at most maxMomentum, which is " + maxMomentum,
            minMomentum)
        .done();
  }

  /** Takes the values that are not given from the style. */
  private static OneCycleMomentum completed(Arguments given) {
    OneCycle.Style style = given.get(OneCycle.STYLE);
    return new OneCycleMomentum(
        given.get(OneCycle.TOTAL_STEPS),
        given.get(MAX_MOMENTUM),
        given.get(MIN_MOMENTUM),
        given.get(OneCycle.SHAPE.optional()).orElse(style.shape),
        style,
        given.get(OneCycle.WARMUP_FRACTION.optional()).orElse(style.warmupFraction),
        given.get(OneCycle.THREE_PHASE.optional()).orElse(style.threePhase));
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return OneCyclePhases.valueAt(
        iteration,
        totalSteps,
        shape,
        style,
        warmupFraction,
        threePhase,
        maxMomentum,
        minMomentum,
        maxMomentum);
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static OneCycleMomentum read(Arguments json) {
    return (OneCycleMomentum) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
