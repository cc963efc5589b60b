package io.github.dl4jext.optimizers;

import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The part of a builder that optimizers of Adam's kin with weight decay have.
 *
 * @param <B> the builder itself
 */
public abstract class DecayingAdamBuilder<B extends DecayingAdamBuilder<B>> extends AdamBuilder<B> {

  ISchedule weightDecay;
  ParameterFilter decaying = ParameterFilter.weights();

  DecayingAdamBuilder(ISchedule learningRate, double epsilon, ISchedule weightDecay) {
    super(learningRate, epsilon);
    this.weightDecay = weightDecay;
  }

  /**
   * Sets the share of a weight that is lost per step.
   *
   * @param share a number from 0 on; it is multiplied by the learning rate
   * @return this
   */
  public final B weightDecay(double share) {
    return weightDecay(new FixedSchedule(share));
  }

  /**
   * Sets the share of a weight that is lost per step.
   *
   * @param schedule gives a number from 0 on at each step; it is multiplied by the learning rate
   * @return this
   */
  public final B weightDecay(ISchedule schedule) {
    weightDecay = schedule;
    return self();
  }

  /**
   * Chooses what decays, in place of {@link ParameterFilter#weights()}.
   *
   * @param filter the choice
   * @return this
   */
  public final B decaying(ParameterFilter filter) {
    decaying = filter;
    return self();
  }
}
