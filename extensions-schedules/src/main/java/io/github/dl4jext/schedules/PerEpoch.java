package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Another schedule that counts epochs instead of steps: {@code f(epoch) = schedule(epoch)}.
 *
 * <p>Makes epochs of whatever the other one calls steps, and holds its value for a whole epoch:
 *
 * <pre>{@code
 * new PerEpoch(new Exponential(0.01, 0.1, 20)) // a tenth every 20 epochs
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>schedule</td><td>any schedule</td><td>required</td><td>in epochs</td></tr>
 * </table>
 *
 * <p><b>At the boundaries.</b> Those of the other schedule, in epochs. The first epoch is epoch 0.
 *
 * <p><b>Edges.</b> DL4J counts epochs in {@code fit(iterator)} only: in {@code fit(DataSet)} and
 * under {@code ParallelWrapper} the epoch, and with it the value, stays as it is. Count in steps
 * there, with {@link Steps}.
 *
 * <p><b>Check.</b> The one above is 0.01 in epoch 0, 0.001 in epoch 20, whatever the iteration.
 *
 * <p><b>Departs from DL4J.</b> There every schedule has a {@code ScheduleType}, but warm-up counts
 * iterations all the same.
 *
 * @param schedule the schedule whose steps are epochs
 * @see <a href="https://keras.io/api/callbacks/learning_rate_scheduler/">Keras's
 *     LearningRateScheduler, which counts so</a>
 */
public record PerEpoch(@JsonProperty(value = "schedule", required = true) ISchedule schedule)
    implements ISchedule {

  private static final Parameter<ISchedule> SCHEDULE =
      Parameter.plugin("schedule", ISchedule.class).doc("the schedule whose steps are epochs");

  /** Checks the parameters. */
  @JsonCreator
  public PerEpoch {
    Checks.of("per_epoch").check(SCHEDULE, schedule).done();
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return schedule.valueAt(epoch, epoch);
  }

  /** A copy, which shares nothing that could change. */
  @Override
  public ISchedule clone() {
    return new PerEpoch(schedule.clone());
  }

  /** Makes {@link PerEpoch} by the name {@code per_epoch}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<ISchedule> {

    /** States what the plugin is. */
    public Provider() {
      super(
          ISchedule.class,
          "per_epoch",
          "Another schedule, whose steps are epochs",
          "https://keras.io/api/callbacks/learning_rate_scheduler/");
      parameters(SCHEDULE);
    }

    @Override
    public ISchedule create(Arguments arguments) {
      return new PerEpoch(arguments.get(SCHEDULE));
    }
  }
}
