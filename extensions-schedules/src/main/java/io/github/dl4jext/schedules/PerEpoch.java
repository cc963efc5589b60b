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
 * Another schedule that counts epochs instead of steps: {@code f(epoch) = schedule(epoch)}.
 *
 * <p>The other schedule is given epochs in place of steps, and its value is kept for a whole epoch:
 *
 * <pre>{@code
 * new PerEpoch(new Exponential(0.01, 0.1, 20))       // a tenth every 20 epochs
 * new PerEpoch(new Exponential(0.01, 0.1, 20), 1719) // the same, of 1719 steps each
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>schedule</td><td>any schedule</td><td>required</td><td>in epochs</td></tr>
 * <tr><td>n</td><td>stepsPerEpoch</td><td>[0, inf)</td><td>0</td><td>steps; 0 for the network's own
 *   count of epochs</td></tr>
 * </table>
 *
 * <p><b>At the boundaries.</b> Those of the other schedule, in epochs. The first epoch is epoch 0.
 *
 * <p><b>Edges.</b> DL4J counts epochs in {@code fit(iterator)} only: in {@code fit(DataSet)} and
 * under {@code ParallelWrapper} its epoch stays as it is and, if {@code stepsPerEpoch} is 0, so
 * does the value. If {@code stepsPerEpoch} is given, epochs are counted from the steps (see {@link
 * Steps}), and DL4J's own count is ignored.
 *
 * <p><b>Check.</b> The first one above is 0.01 in epoch 0 and 0.001 in epoch 20, whatever the
 * iteration.
 *
 * <p><b>Departs from DL4J.</b> There every schedule has a {@code ScheduleType}, but warm-up always
 * counts iterations.
 *
 * @param schedule the schedule whose steps are epochs
 * @param stepsPerEpoch after how many steps the next epoch begins; 0 for the network's own count
 * @see <a href="https://keras.io/api/callbacks/learning_rate_scheduler/">Keras's
 *     LearningRateScheduler, which counts epochs</a>
 */
@FieldsInJson
public record PerEpoch(ISchedule schedule, int stepsPerEpoch) implements ISchedule {

  public static final Parameter<ISchedule> SCHEDULE =
      Parameter.plugin("schedule", ISchedule.class).doc("the schedule whose steps are epochs");
  public static final Parameter<Integer> STEPS_PER_EPOCH =
      Parameter.integer("stepsPerEpoch")
          .in("[0, inf)")
          .orElse(0)
          .doc("after how many steps the next epoch begins; 0 for the network's own count");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "per_epoch")
          .summary("Another schedule, whose steps are epochs")
          .from("https://keras.io/api/callbacks/learning_rate_scheduler/")
          .taking(SCHEDULE, STEPS_PER_EPOCH)
          .madeBy(a -> new PerEpoch(a.get(SCHEDULE), a.get(STEPS_PER_EPOCH)));

  public PerEpoch {
    TECHNIQUE.check(SCHEDULE, schedule).check(STEPS_PER_EPOCH, stepsPerEpoch).done();
  }

  /**
   * Counts the epochs that the network counts.
   *
   * @param schedule the schedule whose steps are epochs
   */
  public PerEpoch(ISchedule schedule) {
    this(schedule, 0);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    int current = stepsPerEpoch == 0 ? epoch : iteration / stepsPerEpoch;
    return schedule.valueAt(current, current);
  }

  /** Copies this, so that nothing that could change is shared. */
  @Override
  public ISchedule clone() {
    return new PerEpoch(schedule.clone(), stepsPerEpoch);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static PerEpoch read(Arguments json) {
    return (PerEpoch) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
