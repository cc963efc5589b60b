package io.github.dl4jext.network;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * Marks a schedule that knows its own multiples, such as one that has a factor already. Any other
 * schedule is scaled by {@link Scaled}, which is around it.
 */
public interface ScalableSchedule extends ISchedule {

  /**
   * Makes a multiple.
   *
   * @param factor what the values are multiplied by, 0 or more
   * @return a new schedule
   */
  ISchedule times(double factor);

  /**
   * Makes a multiple of any schedule.
   *
   * @param schedule the schedule, which is not changed
   * @param factor what its values are multiplied by, 0 or more
   * @return the schedule's own multiple, if it has one
   */
  static ISchedule scaled(ISchedule schedule, double factor) {
    return schedule instanceof ScalableSchedule own
        ? own.times(factor)
        : new Scaled(schedule, factor);
  }
}
