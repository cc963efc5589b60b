package io.github.dl4jext.network;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * Marks a schedule that can make multiples of itself, such as one that already has a factor. Any
 * other schedule is wrapped in {@link Scaled}.
 */
public interface ScalableSchedule extends ISchedule {

  /**
   * Makes a multiple.
   *
   * @param factor the number by which the values are multiplied, 0 or more
   * @return a new schedule
   */
  ISchedule times(double factor);

  /**
   * Makes a multiple of any schedule.
   *
   * @param schedule the schedule, which is not changed
   * @param factor the number by which its values are multiplied, 0 or more
   * @return the schedule's own multiple if it can make one, else the schedule in {@link Scaled}
   */
  static ISchedule scaled(ISchedule schedule, double factor) {
    return schedule instanceof ScalableSchedule own
        ? own.times(factor)
        : new Scaled(schedule, factor);
  }
}
