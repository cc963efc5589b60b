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
 * Falls by the same factor at each of some steps: {@code f(t) = r d^n}, where n is the number of
 * milestones that t has passed or is at.
 *
 * <p>Papers on images often divide by ten at epochs 30, 60 and 80. If the rate does not always fall
 * by the same factor, use {@link PiecewiseConstant}; if the milestones are evenly spaced, use
 * {@link Exponential#step}.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>initialRate</td><td>(0, inf)</td><td>required</td><td>rate</td></tr>
 * <tr><td>-</td><td>milestones</td><td>[1, inf), ascending</td><td>required</td><td>steps</td></tr>
 * <tr><td>d</td><td>decayRate</td><td>(0, 1]</td><td>0.1</td><td>per milestone</td></tr></table>
 *
 * <p><b>At the boundaries.</b> A milestone's step is the first one with the lower rate. The last
 * rate is kept forever.
 *
 * <p><b>Check.</b> {@code new MultiStep(0.1, List.of(30, 60), 0.5)}: 0.1 at step 29, 0.05 at steps
 * 30 and 59, 0.025 from 60 on.
 *
 * <p><b>Departs from PyTorch.</b> {@code MultiStepLR} counts a milestone that is given twice as
 * two; here it is refused.
 *
 * @param initialRate the rate until the first milestone
 * @param milestones the steps at which the rate falls, ascending
 * @param decayRate the share of the rate that each milestone leaves
 * @see <a href="https://arxiv.org/abs/1512.03385">He, Zhang, Ren, Sun (2015), section 3.4</a>
 */
@FieldsInJson
public record MultiStep(double initialRate, List<Integer> milestones, double decayRate)
    implements ISchedule {

  public static final Parameter<Double> INITIAL_RATE =
      Parameter.number("initialRate").in("(0, inf)").doc("the rate until the first milestone");
  public static final Parameter<List<Integer>> MILESTONES =
      Parameter.integers("milestones")
          .in("[1, inf)")
          .doc("the steps at which the rate falls, ascending");
  public static final Parameter<Double> DECAY_RATE =
      Parameter.number("decayRate")
          .in("(0, 1]")
          .orElse(0.1)
          .doc("the share of the rate that each milestone leaves");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "multi_step")
          .summary("Falls by the same factor at each of some steps")
          .from("https://arxiv.org/abs/1512.03385")
          .taking(INITIAL_RATE, MILESTONES, DECAY_RATE)
          .madeBy(a -> new MultiStep(a.get(INITIAL_RATE), a.get(MILESTONES), a.get(DECAY_RATE)));

  public MultiStep {
    TECHNIQUE
        .check(INITIAL_RATE, initialRate)
        .check(MILESTONES, milestones)
        .check(DECAY_RATE, decayRate)
        .that(Boundaries.ascend(milestones), "milestones", Boundaries.RULE, milestones)
        .done();
    milestones = List.copyOf(milestones);
  }

  /**
   * Divides the rate by ten at each milestone.
   *
   * @param initialRate the rate until the first milestone
   * @param milestones the steps at which the rate falls, ascending
   */
  public MultiStep(double initialRate, List<Integer> milestones) {
    this(initialRate, milestones, 0.1);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return initialRate * Math.pow(decayRate, Boundaries.passed(milestones, iteration));
  }

  /** Returns this, as it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static MultiStep read(Arguments json) {
    return (MultiStep) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<ISchedule> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
