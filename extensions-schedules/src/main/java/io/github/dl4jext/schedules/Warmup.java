package io.github.dl4jext.schedules;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Linear warm-up, then another schedule: {@code f(t) = after(0) (s + (1 - s) t / w)} for t below w,
 * then {@code after(t - w)}.
 *
 * <p>The first gradients are large and carry little information; momentum and Adam's second moment
 * are not yet filled. A warm-up lets a network tolerate higher rates later.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>after</td><td>any schedule</td><td>required</td><td>-</td></tr>
 * <tr><td>w</td><td>warmupSteps</td><td>[1, inf)</td><td>required</td><td>steps</td></tr>
 * <tr><td>s</td><td>startFactor</td><td>[0, 1]</td><td>0</td><td>share of after(0)</td></tr>
 * </table>
 *
 * <p><b>At the boundaries.</b> {@code s after(0)} at step 0, {@code after(0)} at step w, without a
 * jump. The other schedule's steps are counted from the end of the warm-up, as by PyTorch's {@code
 * SequentialLR} and Keras's {@code CosineDecay(warmup_steps)}: give it the number of steps that are
 * left after the warm-up. Epochs are passed on as they are; for a warm-up in epochs, put the whole
 * schedule into {@link PerEpoch}.
 *
 * <p><b>Edges.</b> With s 0 the very first step changes nothing. DL4J's own Adam, AMSGrad and
 * AdaMax take their epsilon for a rate of 0: with one of those and a large epsilon, set s to 0.01.
 *
 * <p><b>Check.</b> {@code new Warmup(new Cosine(0.1, 900), 100)}: 0 at step 0, 0.05 at 50, 0.1 at
 * 100, 0.05 at 550, 0 from 1000 on.
 *
 * <p><b>Departs from DL4J.</b> {@code RampSchedule} cannot be read from JSON, so that a model which
 * has one cannot be loaded; it starts with 1 / w, multiplies a schedule that already falls during
 * the warm-up, and counts iterations even for schedules by epoch.
 *
 * @param after the schedule that follows
 * @param warmupSteps steps until it starts
 * @param startFactor the first rate as a share of that schedule's first one
 * @see <a href="https://arxiv.org/abs/1706.02677">Goyal et al. (2017), section 2.2</a>
 */
@FieldsInJson
public record Warmup(ISchedule after, int warmupSteps, double startFactor) implements ISchedule {

  public static final Parameter<ISchedule> AFTER =
      Parameter.rate("after").in("[0, inf)").doc("the schedule that follows, or a rate");
  public static final Parameter<Integer> WARMUP_STEPS =
      Parameter.integer("warmupSteps").in("[1, inf)").doc("steps until it starts");
  public static final Parameter<Double> START_FACTOR =
      Parameter.number("startFactor")
          .in("[0, 1]")
          .orElse(0)
          .doc("the first rate as a share of the rate that follows");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "warmup")
          .summary("Rises in a straight line, then follows another schedule")
          .from("https://arxiv.org/abs/1706.02677")
          .taking(AFTER, WARMUP_STEPS, START_FACTOR)
          .madeBy(a -> new Warmup(a.get(AFTER), a.get(WARMUP_STEPS), a.get(START_FACTOR)));

  public Warmup {
    TECHNIQUE
        .check(AFTER, after)
        .check(WARMUP_STEPS, warmupSteps)
        .check(START_FACTOR, startFactor)
        .done();
  }

  /**
   * Starts at 0.
   *
   * @param after the schedule that follows
   * @param warmupSteps steps until it starts
   */
  public Warmup(ISchedule after, int warmupSteps) {
    this(after, warmupSteps, 0);
  }

  /**
   * Rises from 0 to a rate that stays.
   *
   * @param rate the rate after the warm-up
   * @param warmupSteps steps until it is reached
   * @return the schedule
   */
  public static Warmup linear(double rate, int warmupSteps) {
    return new Warmup(new FixedSchedule(rate), warmupSteps);
  }

  /**
   * Rises from 0 into another schedule.
   *
   * @param after the schedule that follows
   * @param warmupSteps steps until it starts
   * @return the schedule
   */
  public static Warmup linear(ISchedule after, int warmupSteps) {
    return new Warmup(after, warmupSteps);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    if (iteration >= warmupSteps) {
      return after.valueAt(iteration - warmupSteps, epoch);
    }
    double share = (double) iteration / warmupSteps;
    return after.valueAt(0, epoch) * Interpolation.linear(startFactor, 1, share);
  }

  /** Copies this, so that nothing that could change is shared. */
  @Override
  public ISchedule clone() {
    return new Warmup(after.clone(), warmupSteps, startFactor);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Warmup read(Arguments json) {
    return (Warmup) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
