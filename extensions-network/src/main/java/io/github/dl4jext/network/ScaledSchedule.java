package io.github.dl4jext.network;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Multiplies the values of another schedule by a constant: {@code factor * schedule(t)}. It is what
 * a schedule becomes in a network whose rates are scaled, see {@link LearningRate#times}.
 *
 * @param schedule the schedule whose values are multiplied
 * @param factor what they are multiplied by, 0 or more
 */
public record ScaledSchedule(
    @JsonProperty(value = "schedule", required = true) ISchedule schedule,
    @JsonProperty(value = "factor", required = true) double factor)
    implements ScalableSchedule {

  private static final Parameter<ISchedule> SCHEDULE =
      Parameter.plugin("schedule", ISchedule.class).doc("the schedule that is multiplied");
  private static final Parameter<Double> FACTOR =
      Parameter.number("factor").in("[0, inf)").doc("what it is multiplied by");

  /**
   * Checks the parameters.
   *
   * @param schedule the schedule whose values are multiplied
   * @param factor what they are multiplied by
   */
  @JsonCreator
  public ScaledSchedule {
    Checks.of("scaled_schedule").check(SCHEDULE, schedule).check(FACTOR, factor).done();
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
    return new ScaledSchedule(schedule, factor * another);
  }

  /** A copy, which shares nothing that could change. */
  @Override
  public ISchedule clone() {
    return new ScaledSchedule(schedule.clone(), factor);
  }
}
