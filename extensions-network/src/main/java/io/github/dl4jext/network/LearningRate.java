package io.github.dl4jext.network;

import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Holds the learning rate that an updater has been given: a number, or a schedule.
 *
 * @param number the number; of no meaning if there is a schedule
 * @param schedule the schedule, or null
 */
public record LearningRate(double number, @Nullable ISchedule schedule) implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Reads an updater's rate. DL4J's interface has a setter for number and schedule but no getters,
   * so that only DL4J's own updaters, whose getters are known, and this library's rules can be
   * read.
   *
   * @param plugin the name of the plugin that asks, the first word of a message
   * @param updater an updater with a learning rate
   * @return its rate
   * @throws IllegalStateException if it has none of these getters
   */
  public static LearningRate of(String plugin, IUpdater updater) {
    Optional<Object> own = read(updater, "learningRate");
    if (own.isPresent() && own.get() instanceof ISchedule schedule) {
      return schedule instanceof FixedSchedule
          ? new LearningRate(schedule.valueAt(0, 0), null)
          : new LearningRate(Double.NaN, schedule);
    }
    Optional<Object> number = read(updater, "getLearningRate");
    if (number.isPresent() && number.get() instanceof Double value && hasScheduleGetter(updater)) {
      return new LearningRate(
          value, (ISchedule) read(updater, "getLearningRateSchedule").orElse(null));
    }
    throw new IllegalStateException(
        plugin
            + ": updaters must have getLearningRate() and getLearningRateSchedule(), as DL4J's own"
            + " have, or the rate cannot be changed; "
            + updater.getClass().getName()
            + " has not");
  }

  private static boolean hasScheduleGetter(IUpdater updater) {
    try {
      return ISchedule.class.isAssignableFrom(
          updater.getClass().getMethod("getLearningRateSchedule").getReturnType());
    } catch (NoSuchMethodException none) {
      return false;
    }
  }

  /** Empty if there is no such method, or it gives null. */
  private static Optional<Object> read(IUpdater updater, String getter) {
    try {
      return Optional.ofNullable(updater.getClass().getMethod(getter).invoke(updater));
    } catch (NoSuchMethodException | IllegalAccessException none) {
      return Optional.empty();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          updater.getClass().getName() + "." + getter + "() has failed: " + e.getCause(), e);
    }
  }

  /**
   * The rate at a step.
   *
   * @param iteration the step
   * @param epoch the epoch
   * @return the number, or the schedule's value
   */
  public double at(int iteration, int epoch) {
    return schedule == null ? number : schedule.valueAt(iteration, epoch);
  }

  /**
   * Makes a multiple. A schedule is wrapped only once, however often it is scaled.
   *
   * @param factor the number by which the rate is multiplied
   * @return the multiple
   */
  public LearningRate times(double factor) {
    if (schedule == null) {
      return new LearningRate(number * factor, null);
    }
    return new LearningRate(number, ScalableSchedule.scaled(schedule, factor));
  }

  /**
   * Gives an updater this rate.
   *
   * @param updater the updater, which is changed
   */
  public void putInto(IUpdater updater) {
    updater.setLrAndSchedule(number, schedule == null ? null : schedule.clone());
  }
}
