package io.github.dl4jext.transfer.finetuning;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.ScalableSchedule;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import java.util.List;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Marks the rate of a layer that a plan of {@link GradualUnfreezing} names, while the plan is
 * carried out: {@code f(t) = rate(t)}. A network that is saved meanwhile so keeps how far the plan
 * was, and the same plan goes on from there. The marks are taken away after the last stage.
 *
 * @param rate the layer's rate
 * @param plan tells one plan from another
 * @param iteration the network's iteration when the plan began
 * @param epoch the network's epoch when the plan began
 * @param passed the stages that were carried out, by their number in the plan from 0
 */
public record StagedRate(
    @JsonProperty(value = "rate", required = true) ISchedule rate,
    @JsonProperty(value = "plan", required = true) int plan,
    @JsonProperty(value = "iteration", required = true) int iteration,
    @JsonProperty(value = "epoch", required = true) int epoch,
    @JsonProperty(value = "passed", required = true) List<Integer> passed)
    implements ScalableSchedule {

  private static final Parameter<Integer> ITERATION =
      Parameter.integer("iteration").in("[0, inf)").doc("the iteration when the plan began");
  private static final Parameter<Integer> EPOCH =
      Parameter.integer("epoch").in("[0, inf)").doc("the epoch when the plan began");

  /** Checks the parameters. */
  @JsonCreator
  public StagedRate {
    Checks.of("staged_rate")
        .that(rate != null, "rate", "given", rate)
        .check(ITERATION, iteration)
        .check(EPOCH, epoch)
        .that(passed != null, "passed", "given", passed)
        .done();
    passed = List.copyOf(passed);
  }

  TrainingProgress begin() {
    return new TrainingProgress(iteration, epoch);
  }

  /** The same place in the plan for another layer's rate, which may have a mark already. */
  LearningRate around(LearningRate other) {
    ISchedule within = asSchedule(without(other));
    return new LearningRate(Double.NaN, new StagedRate(within, plan, iteration, epoch, passed));
  }

  /** Takes the mark off a rate, if it has one. */
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

  /** Scales the rate, and stays a mark. */
  @Override
  public ISchedule times(double factor) {
    return new StagedRate(scaled(rate, factor), plan, iteration, epoch, passed);
  }

  /** A copy, which shares nothing that could change. */
  @Override
  public ISchedule clone() {
    return new StagedRate(rate.clone(), plan, iteration, epoch, passed);
  }
}
