package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Parameter;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/** The hyperparameters that several rules share, by the names of the catalogue. */
final class Hyperparameters {

  /** A learning rate without a default. */
  static final Parameter<ISchedule> LEARNING_RATE =
      Parameter.rate("learningRate").in("[0, inf)").doc("size of a step");

  static final Parameter<ISchedule> MOMENTUM =
      Parameter.rate("momentum")
          .in("[0, 1)")
          .orElse(new FixedSchedule(0.9))
          .doc("share of the last velocity that is kept");

  static final Parameter<ISchedule> BETA1 =
      Parameter.rate("beta1")
          .in("[0, 1)")
          .orElse(new FixedSchedule(0.9))
          .doc("decay of the mean gradient, per step");

  static final Parameter<ISchedule> BETA2 =
      Parameter.rate("beta2")
          .in("[0, 1)")
          .orElse(new FixedSchedule(0.999))
          .doc("decay of the mean squared gradient, per step");

  static final Parameter<ISchedule> RHO =
      Parameter.rate("rho")
          .in("[0, 1)")
          .orElse(new FixedSchedule(0.9))
          .doc("decay of the mean squared gradient, per step");

  static final Parameter<ISchedule> WEIGHT_DECAY =
      Parameter.rate("weightDecay")
          .in("[0, inf)")
          .orElse(new FixedSchedule(0))
          .doc("share of a weight lost per step, times the learning rate");

  private Hyperparameters() {}

  static Parameter<ISchedule> learningRate(double standard) {
    return LEARNING_RATE.orElse(new FixedSchedule(standard));
  }

  static Parameter<ISchedule> weightDecay(double standard) {
    return WEIGHT_DECAY.orElse(new FixedSchedule(standard));
  }

  static Parameter<Double> epsilon(double standard) {
    return Parameter.number("epsilon")
        .in("(0, inf)")
        .orElse(standard)
        .doc("added to the denominator, which may be 0");
  }

  /** A number as a schedule. */
  static ISchedule fixed(double value) {
    return new FixedSchedule(value);
  }

  static ISchedule standard(Parameter<ISchedule> parameter) {
    return parameter.defaultValue().orElseThrow();
  }
}
