package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Schedules one after the other: the first one until a boundary, the next one from there on, with
 * its own steps counted from 0.
 *
 * <p>For different phases of training, such as warm-up, plateau and decay.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>schedules</td><td>any schedules</td><td>required</td><td>-</td></tr>
 * <tr><td>-</td><td>boundaries</td><td>[1, inf), ascending, one fewer than schedules</td><td>required</td><td>steps</td></tr>
 * </table>
 *
 * <p><b>At the boundaries.</b> The boundary's step is the next schedule's step 0; nothing makes the
 * values of the two schedules meet there. The last schedule continues forever. Epochs are passed on
 * as they are; to count in epochs, put the whole sequence into {@link PerEpoch}.
 *
 * <p><b>Check.</b> Constant 0.1, then {@code new Cosine(0.1, 100)}, boundary 50: 0.1 at step 50,
 * 0.05 at step 100, 0 from 150 on.
 *
 * <p><b>Departs from PyTorch.</b> In nothing: {@code SequentialLR} counts in the same way.
 *
 * @param schedules the schedules in the order of time
 * @param boundaries the steps at which the next one starts, ascending
 * @see <a
 *     href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html">PyTorch's
 *     SequentialLR</a>
 */
@FieldsInJson
public record Sequence(List<ISchedule> schedules, List<Integer> boundaries) implements ISchedule {

  public static final Parameter<List<ISchedule>> SCHEDULES =
      Parameter.plugins("schedules", ISchedule.class).doc("the schedules in the order of time");
  public static final Parameter<List<Integer>> BOUNDARIES =
      Parameter.integers("boundaries")
          .in("[1, inf)")
          .doc("steps at which the next one starts, ascending");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "sequence")
          .summary("Schedules one after the other, each with its own step 0")
          .from(
              "https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html")
          .taking(SCHEDULES, BOUNDARIES)
          .madeBy(a -> new Sequence(a.get(SCHEDULES), a.get(BOUNDARIES)));

  public Sequence {
    TECHNIQUE
        .check(SCHEDULES, schedules)
        .check(BOUNDARIES, boundaries)
        .that(Boundaries.ascend(boundaries), "boundaries", Boundaries.RULE, boundaries)
        .that(
            Boundaries.fit(boundaries, schedules),
            "schedules",
            "one more than boundaries",
            schedules)
        .done();
    schedules = List.copyOf(schedules);
    boundaries = List.copyOf(boundaries);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    int current = Boundaries.passed(boundaries, iteration);
    int start = current == 0 ? 0 : boundaries.get(current - 1);
    return schedules.get(current).valueAt(iteration - start, epoch);
  }

  /** Copies this, so that nothing that could change is shared. */
  @Override
  public ISchedule clone() {
    return new Sequence(schedules.stream().map(ISchedule::clone).toList(), boundaries);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Sequence read(Arguments json) {
    return (Sequence) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
