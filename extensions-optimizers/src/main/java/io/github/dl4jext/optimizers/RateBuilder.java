package io.github.dl4jext.optimizers;

import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The part of a builder that all optimizers have. Values are checked when the optimizer is built.
 *
 * @param <B> the builder itself
 */
public abstract class RateBuilder<B extends RateBuilder<B>> {

  ISchedule learningRate;

  RateBuilder(ISchedule learningRate) {
    this.learningRate = learningRate;
  }

  abstract B self();

  /**
   * Sets the learning rate.
   *
   * @param rate a number from 0 on
   * @return this
   */
  public final B learningRate(double rate) {
    return learningRate(new FixedSchedule(rate));
  }

  /**
   * Sets the learning rate.
   *
   * @param schedule gives a number from 0 on at each step
   * @return this
   */
  public final B learningRate(ISchedule schedule) {
    learningRate = schedule;
    return self();
  }
}
