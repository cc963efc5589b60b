package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Parameter;
import org.nd4j.linalg.schedule.ISchedule;

/** The parameters that several optimizers share; some of them take another default. */
final class Hyperparameters {

  /** A learning rate without a default. */
  static final Parameter<ISchedule> LEARNING_RATE =
      Parameter.rate("learningRate").in("[0, inf)").doc("size of a step");

  static final Parameter<ISchedule> MOMENTUM =
      Parameter.rate("momentum")
          .in("[0, 1)")
          .orElse(0.9)
          .doc("share of the last velocity that is kept");

  static final Parameter<ISchedule> BETA1 =
      Parameter.rate("beta1").in("[0, 1)").orElse(0.9).doc("decay of the mean gradient, per step");

  static final Parameter<ISchedule> BETA2 =
      Parameter.rate("beta2")
          .in("[0, 1)")
          .orElse(0.999)
          .doc("decay of the mean squared gradient, per step");

  static final Parameter<ISchedule> RHO =
      Parameter.rate("rho")
          .in("[0, 1)")
          .orElse(0.9)
          .doc("decay of the mean squared gradient, per step");

  static final Parameter<Double> EPSILON =
      Parameter.number("epsilon")
          .in("(0, inf)")
          .orElse(1e-8)
          .doc("added to the denominator, which may be 0");

  static final Parameter<Double> INITIAL_ACCUMULATOR =
      Parameter.number("initialAccumulator")
          .in("[0, inf)")
          .orElse(0)
          .doc("the initial value of the mean or the sum of squared gradients");

  static final Parameter<StepConvention> CONVENTION =
      Parameter.choice("convention", StepConvention.class)
          .orElse(StepConvention.TORCH)
          .doc(
              "whose form of the step is used: where epsilon stands, whether the velocity contains the rate");

  static final Parameter<ISchedule> WEIGHT_DECAY =
      Parameter.rate("weightDecay")
          .in("[0, inf)")
          .orElse(0)
          .doc("share of a weight lost per step, times the learning rate");

  private Hyperparameters() {}
}
