package io.github.dl4jext.optimizers;

import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The part of a builder that optimizers with momentum have.
 *
 * @param <B> the builder itself
 */
public abstract class MomentumBuilder<B extends MomentumBuilder<B>> extends RateBuilder<B> {

  ISchedule momentum;

  MomentumBuilder(ISchedule learningRate, ISchedule momentum) {
    super(learningRate);
    this.momentum = momentum;
  }

  /**
   * Sets the share of the last velocity that is kept.
   *
   * @param share a number in [0, 1)
   * @return this
   */
  public final B momentum(double share) {
    return momentum(new FixedSchedule(share));
  }

  /**
   * Sets the share of the last velocity that is kept.
   *
   * @param schedule gives a number in [0, 1) at each step
   * @return this
   */
  public final B momentum(ISchedule schedule) {
    momentum = schedule;
    return self();
  }
}
