package io.github.dl4jext.optimizers;

import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The part of a builder that Adam and its kin have.
 *
 * @param <B> the builder itself
 */
public abstract class AdamBuilder<B extends AdamBuilder<B>> extends RateBuilder<B> {

  ISchedule beta1 = Hyperparameters.standard(Hyperparameters.BETA1);
  ISchedule beta2 = Hyperparameters.standard(Hyperparameters.BETA2);
  double epsilon;

  AdamBuilder(ISchedule learningRate, double epsilon) {
    super(learningRate);
    this.epsilon = epsilon;
  }

  /**
   * Sets the decay of the mean gradient.
   *
   * @param decay a number in [0, 1), per step
   * @return this
   */
  public final B beta1(double decay) {
    return beta1(new FixedSchedule(decay));
  }

  /**
   * Sets the decay of the mean gradient.
   *
   * @param schedule gives a number in [0, 1) at each step
   * @return this
   */
  public final B beta1(ISchedule schedule) {
    beta1 = schedule;
    return self();
  }

  /**
   * Sets the decay of the mean squared gradient.
   *
   * @param decay a number in [0, 1), per step
   * @return this
   */
  public final B beta2(double decay) {
    return beta2(new FixedSchedule(decay));
  }

  /**
   * Sets the decay of the mean squared gradient.
   *
   * @param schedule gives a number in [0, 1) at each step
   * @return this
   */
  public final B beta2(ISchedule schedule) {
    beta2 = schedule;
    return self();
  }

  /**
   * Sets what is added to the denominator.
   *
   * @param addend a number above 0
   * @return this
   */
  public final B epsilon(double addend) {
    epsilon = addend;
    return self();
  }
}
