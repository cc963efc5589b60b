package io.github.dl4jext.keras;

import io.github.dl4jext.schedules.Cosine;
import io.github.dl4jext.schedules.CosineRestarts;
import io.github.dl4jext.schedules.Exponential;
import io.github.dl4jext.schedules.PiecewiseConstant;
import io.github.dl4jext.schedules.Polynomial;
import io.github.dl4jext.schedules.Power;
import io.github.dl4jext.schedules.Warmup;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/** Finds the schedule of a learning rate of Keras, which may be a number. */
final class KerasSchedules {

  private static final String RATE = "initial_learning_rate";

  private KerasSchedules() {}

  static ISchedule of(String place, @Nullable Object value) {
    if (value instanceof Number rate) {
      return new FixedSchedule(rate.doubleValue());
    }
    KerasObject object = KerasObject.of(place, value);
    KerasFields config = object.config();
    return switch (object.name()) {
      case "ExponentialDecay" ->
          new Exponential(
              config.number(RATE),
              config.number("decay_rate"),
              config.whole("decay_steps"),
              config.flag("staircase", false));
      case "CosineDecay" -> cosine(config);
      case "CosineDecayRestarts" ->
          new CosineRestarts(
              config.number(RATE),
              config.number(RATE) * config.number("alpha", 0),
              config.whole("first_decay_steps"),
              config.number("t_mul", 2),
              config.number("m_mul", 1),
              0);
      case "PiecewiseConstantDecay" ->
          new PiecewiseConstant( // which changes at the boundary, Keras's the step after it
              config.numbers("boundaries").stream().map(step -> step.intValue() + 1).toList(),
              config.numbers("values"));
      case "PolynomialDecay" ->
          new Polynomial(
              config.number(RATE),
              config.number("end_learning_rate", 1e-4),
              config.whole("decay_steps"),
              config.number("power", 1),
              config.flag("cycle", false));
      case "InverseTimeDecay" ->
          new Power(
              config.number(RATE),
              config.number("decay_steps"),
              1,
              config.number("decay_rate"),
              config.flag("staircase", false));
      default ->
          throw new KerasImportException(
              place
                  + ": "
                  + object.name()
                  + " is not known; known are ExponentialDecay, CosineDecay, CosineDecayRestarts,"
                  + " PiecewiseConstantDecay, PolynomialDecay, InverseTimeDecay and a number");
    };
  }

  /** The warm-up rises from the initial rate to its target, from which the cosine then falls. */
  private static ISchedule cosine(KerasFields config) {
    double first = config.number(RATE);
    int warmup = config.has("warmup_target") ? config.whole("warmup_steps", 0) : 0;
    double peak = warmup > 0 ? config.number("warmup_target") : first;
    ISchedule falling =
        new Cosine(peak, peak * config.number("alpha", 0), config.whole("decay_steps"));
    return warmup > 0 ? new Warmup(falling, warmup, first / peak) : falling;
  }
}
