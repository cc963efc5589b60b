package io.github.dl4jext.network;

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
 * Another schedule times a constant: {@code f(t) = factor * schedule(t)}.
 *
 * <p>It gives layers rates of their own that rise and fall together, and adapts a rate that was
 * found for one batch size to another. When the rates of a network are scaled, its schedules are
 * replaced by this one; see {@link LearningRate#times}.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>schedule</td><td>any schedule</td><td>required</td><td>-</td></tr>
 * <tr><td>-</td><td>factor</td><td>[0, inf)</td><td>required</td><td>-</td></tr></table>
 *
 * <p><b>At the boundaries.</b> Those of the other schedule: steps and epochs are passed on.
 *
 * <p><b>Edges.</b> Factor 0 gives 0 everywhere. A product beyond the largest double is infinite.
 *
 * <p><b>Check.</b> 0.1 times {@code OneCycle.geron(0.5, 100)} is 0.05 at step 45.
 *
 * @param schedule the schedule whose values are multiplied
 * @param factor the number by which they are multiplied, 0 or more
 * @see <a href="https://arxiv.org/abs/1801.06146">Howard, Ruder (2018), section 3.2</a>
 */
@FieldsInJson
public record Scaled(ISchedule schedule, double factor) implements ScalableSchedule {

  public static final Parameter<ISchedule> SCHEDULE =
      Parameter.plugin("schedule", ISchedule.class).doc("the schedule that is multiplied");
  public static final Parameter<Double> FACTOR =
      Parameter.number("factor").in("[0, inf)").doc("the number by which it is multiplied");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "scaled")
          .summary("Another schedule times a constant")
          .from("https://arxiv.org/abs/1801.06146")
          .taking(SCHEDULE, FACTOR)
          .madeBy(a -> new Scaled(a.get(SCHEDULE), a.get(FACTOR)));

  /** Checks the parameters. */
  public Scaled {
    TECHNIQUE.check(SCHEDULE, schedule).check(FACTOR, factor).done();
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return factor * schedule.valueAt(iteration, epoch);
  }

  /**
   * The same schedule by another factor, so that it is wrapped once, however often it is scaled.
   */
  @Override
  public ISchedule times(double another) {
    return new Scaled(schedule, factor * another);
  }

  /** A copy, which shares nothing that could change. */
  @Override
  public ISchedule clone() {
    return new Scaled(schedule.clone(), factor);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Scaled read(Arguments json) {
    return (Scaled) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
