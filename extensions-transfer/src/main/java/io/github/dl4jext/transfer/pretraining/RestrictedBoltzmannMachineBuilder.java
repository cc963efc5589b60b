package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;

/**
 * Takes the settings of a {@link RestrictedBoltzmannMachine}, all of which have defaults, and
 * checks them in {@link #build}.
 */
public final class RestrictedBoltzmannMachineBuilder {

  private static final Parameter<Integer> VISIBLE = Parameter.integer("visible").in("[1, inf)");
  private static final Parameter<Integer> HIDDEN = Parameter.integer("hidden").in("[1, inf)");
  private static final Parameter<Double> LEARNING_RATE =
      Parameter.number("learningRate").in("(0, inf)");
  private static final Parameter<Double> MOMENTUM = Parameter.number("momentum").in("[0, 1)");
  private static final Parameter<Double> WEIGHT_DECAY =
      Parameter.number("weightDecay").in("[0, inf)");
  private static final Parameter<Integer> STEPS = Parameter.integer("steps").in("[1, inf)");

  final int visible;
  final int hidden;
  double learningRate = 0.1;
  double momentum = 0.5;
  double weightDecay = 1e-4;
  int steps = 1;
  long seed = 42;

  RestrictedBoltzmannMachineBuilder(int visible, int hidden) {
    this.visible = visible;
    this.hidden = hidden;
  }

  /**
   * Sets the learning rate.
   *
   * @param value eta, in {@code (0, inf)}; 0.1 by default
   * @return this
   */
  public RestrictedBoltzmannMachineBuilder learningRate(double value) {
    learningRate = value;
    return this;
  }

  /**
   * Sets the momentum: the share of the last step that is added to the next.
   *
   * @param value mu, in {@code [0, 1)}; 0.5 by default
   * @return this
   */
  public RestrictedBoltzmannMachineBuilder momentum(double value) {
    momentum = value;
    return this;
  }

  /**
   * Sets the weight decay.
   *
   * @param value lambda, in {@code [0, inf)}; 0.0001 by default
   * @return this
   */
  public RestrictedBoltzmannMachineBuilder weightDecay(double value) {
    weightDecay = value;
    return this;
  }

  /**
   * Sets how many Gibbs steps an update takes.
   *
   * @param value k, at least 1; 1 by default
   * @return this
   */
  public RestrictedBoltzmannMachineBuilder steps(int value) {
    steps = value;
    return this;
  }

  /**
   * Sets the seed of the initial weights and the samples.
   *
   * @param value any number; 42 by default
   * @return this
   */
  public RestrictedBoltzmannMachineBuilder seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Checks the settings and makes the machine.
   *
   * @return a machine that has not been trained
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range
   */
  public RestrictedBoltzmannMachine build() {
    Checks.of(RestrictedBoltzmannMachine.NAME)
        .check(VISIBLE, visible)
        .check(HIDDEN, hidden)
        .check(LEARNING_RATE, learningRate)
        .check(MOMENTUM, momentum)
        .check(WEIGHT_DECAY, weightDecay)
        .check(STEPS, steps)
        .done();
    return new RestrictedBoltzmannMachine(this);
  }
}
