package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * The product of schedules: {@code f(t) = schedule_1(t) schedule_2(t) ...}.
 *
 * <p>One of them is a rate, the others are factors: a warm-up during which a decay already
 * proceeds, or a staircase by epochs on a cosine by steps. For a constant factor use {@code
 * scaled}.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>schedules</td><td>any schedules, one or more</td><td>required</td><td>-</td></tr>
 * </table>
 *
 * <p><b>At the boundaries.</b> Those of the schedules: steps and epochs are passed on to each.
 *
 * <p><b>Edges.</b> A product beyond the largest double is infinite, and NaN stays NaN.
 *
 * <p><b>Check.</b> {@code new Cosine(0.1, 100)} by {@code Polynomial.linear(0.5, 1, 20)}: 0.05 at
 * step 0, 0.05 at step 50.
 *
 * <p><b>Departs from PyTorch.</b> In nothing: it is what {@code ChainedScheduler} makes of
 * schedulers that multiply.
 *
 * @param schedules the schedules that are multiplied
 * @see <a
 *     href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html">PyTorch's
 *     ChainedScheduler</a>
 */
@FieldsInJson
public record ScheduleProduct(List<ISchedule> schedules) implements ISchedule {

  public static final Parameter<List<ISchedule>> SCHEDULES =
      Parameter.plugins("schedules", ISchedule.class).doc("the schedules that are multiplied");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "product")
          .summary("Schedules multiplied by each other")
          .from(
              "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html")
          .taking(SCHEDULES)
          .madeBy(a -> new ScheduleProduct(a.get(SCHEDULES)));

  public ScheduleProduct {
    TECHNIQUE.check(SCHEDULES, schedules).done();
    schedules = List.copyOf(schedules);
  }

  /**
   * Multiplies schedules.
   *
   * @param schedules the schedules, one or more
   * @return the product
   */
  public static ScheduleProduct of(ISchedule... schedules) {
    Objects.requireNonNull(schedules, "product: schedules must be given, was null");
    return new ScheduleProduct(List.of(schedules));
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double product = 1;
    for (int i = 0; i < schedules.size(); i++) {
      product *= schedules.get(i).valueAt(iteration, epoch);
    }
    return product;
  }

  /** Copies this, so that nothing that could change is shared. */
  @Override
  public ISchedule clone() {
    return new ScheduleProduct(schedules.stream().map(ISchedule::clone).toList());
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ScheduleProduct read(Arguments json) {
    return (ScheduleProduct) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
