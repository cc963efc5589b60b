package io.github.dl4jext.transfer.finetuning;

import io.github.dl4jext.network.ScalableSchedule;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Raises the rate of a layer that has just been unfrozen, in equal increments, from a first
 * fraction up to the full rate.
 *
 * <p>{@code f(t) = rate(t) * min(1, (t - from + 1) / (steps + 1))}: from step {@code from + steps}
 * on, it is the rate itself. {@link GradualUnfreezing} removes a warm-up that is over when {@code
 * fit} ends.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>rate</td><td>any schedule</td><td>required</td><td>-</td></tr>
 * <tr><td>-</td><td>from</td><td>[0, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>-</td><td>steps</td><td>[1, inf)</td><td>required</td><td>steps</td></tr></table>
 *
 * <p><b>Edges.</b> Before step {@code from} the rate is 0.
 *
 * <p><b>Check.</b> With rate 1, {@code from} 10 and {@code steps} 4: 0.2 at step 10, 0.8 at 13, and
 * 1 at 14.
 *
 * @param rate the rate that is reached
 * @param from the first step of the unfrozen layer
 * @param steps how many steps are below the rate that is reached
 */
@FieldsInJson
public record UnfreezeWarmup(ISchedule rate, int from, int steps) implements ScalableSchedule {

  private static final Parameter<Integer> FROM =
      Parameter.integer("from").in("[0, inf)").doc("the first step of the unfrozen layer");
  private static final Parameter<Integer> STEPS =
      Parameter.integer("steps").in("[1, inf)").doc("how many steps are below the rate");

  private static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").doc("the rate that is reached");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "unfreeze_warmup")
          .taking(RATE, FROM, STEPS)
          .madeBy(a -> new UnfreezeWarmup(a.get(RATE), a.get(FROM), a.get(STEPS)));

  /** Checks the parameters. */
  public UnfreezeWarmup {
    TECHNIQUE.check(RATE, rate).check(FROM, from).check(STEPS, steps).done();
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static UnfreezeWarmup read(Arguments json) {
    return (UnfreezeWarmup) TECHNIQUE.restore(json);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double done = Math.max(0, iteration - from + 1.0);
    return rate.valueAt(iteration, epoch) * Math.min(1, done / (steps + 1.0));
  }

  boolean isOver(int iteration) {
    return iteration >= from + (long) steps;
  }

  /** Scales the rate that is reached. */
  @Override
  public ISchedule times(double factor) {
    return new UnfreezeWarmup(StagedRate.scaled(rate, factor), from, steps);
  }

  /** Returns a copy that shares no mutable state. */
  @Override
  public ISchedule clone() {
    return new UnfreezeWarmup(rate.clone(), from, steps);
  }
}
