package io.github.dl4jext.transfer.finetuning;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.ScalableSchedule;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.List;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Marks the rate of a layer that a plan of {@link GradualUnfreezing} names, while the plan is
 * carried out. The rate itself is unchanged: {@code f(t) = rate(t)}. A network that is saved during
 * the plan thus records which stages were carried out, and the same plan resumes from there. {@code
 * fit} removes the marks at its end once all stages have been carried out.
 *
 * @param rate the layer's rate
 * @param plan a number that identifies the plan
 * @param iteration the network's iteration when the plan began
 * @param epoch the network's epoch when the plan began
 * @param passed the stages that were carried out, by their number in the plan, from 0
 */
@FieldsInJson
public record StagedRate(ISchedule rate, int plan, int iteration, int epoch, List<Integer> passed)
    implements ScalableSchedule {

  private static final Parameter<ISchedule> RATE = Parameter.rate("rate").doc("the layer's rate");
  private static final Parameter<Integer> PLAN =
      Parameter.integer("plan").doc("tells one plan from another");
  private static final Parameter<Integer> ITERATION =
      Parameter.integer("iteration").in("[0, inf)").doc("the iteration when the plan began");
  private static final Parameter<Integer> EPOCH =
      Parameter.integer("epoch").in("[0, inf)").doc("the epoch when the plan began");
  private static final Parameter<List<Integer>> PASSED =
      Parameter.integersOrNone("passed").in("[0, inf)").doc("the stages that were carried out");

  private static final Technique<ISchedule> TECHNIQUE =
      Technique.of(ISchedule.class, "staged_rate")
          .taking(RATE, PLAN, ITERATION, EPOCH, PASSED)
          .madeBy(
              a ->
                  new StagedRate(
                      a.get(RATE), a.get(PLAN), a.get(ITERATION), a.get(EPOCH), a.get(PASSED)));

  /** Checks the parameters. */
  public StagedRate {
    TECHNIQUE
        .check(RATE, rate)
        .check(ITERATION, iteration)
        .check(EPOCH, epoch)
        .check(PASSED, passed)
        .done();
    passed = List.copyOf(passed);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static StagedRate read(Arguments json) {
    return (StagedRate) TECHNIQUE.restore(json);
  }

  TrainingProgress begin() {
    return new TrainingProgress(iteration, epoch);
  }

  /** The same place in the plan for another layer's rate, which may have a mark already. */
  LearningRate around(LearningRate other) {
    ISchedule within = asSchedule(without(other));
    return new LearningRate(Double.NaN, new StagedRate(within, plan, iteration, epoch, passed));
  }

  /** Removes the mark from a rate, if it has one. */
  static LearningRate without(LearningRate marked) {
    return marked.schedule() instanceof StagedRate staged ? asRate(staged.rate()) : marked;
  }

  static ISchedule asSchedule(LearningRate rate) {
    return rate.schedule() == null ? new FixedSchedule(rate.number()) : rate.schedule();
  }

  static LearningRate asRate(ISchedule schedule) {
    return schedule instanceof FixedSchedule
        ? new LearningRate(schedule.valueAt(0, 0), null)
        : new LearningRate(Double.NaN, schedule);
  }

  static ISchedule scaled(ISchedule schedule, double factor) {
    return asSchedule(asRate(schedule).times(factor));
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return rate.valueAt(iteration, epoch);
  }

  /** Scales the rate within; the result is a mark too. */
  @Override
  public ISchedule times(double factor) {
    return new StagedRate(scaled(rate, factor), plan, iteration, epoch, passed);
  }

  /** Returns a copy that shares no mutable state. */
  @Override
  public ISchedule clone() {
    return new StagedRate(rate.clone(), plan, iteration, epoch, passed);
  }
}
