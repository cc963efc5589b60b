package io.github.dl4jext.regularization.penalties;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Gives DL4J's own penalties a coefficient that is checked at each step. It is not one of DL4J's
 * schedules, so a penalty of ours never equals one of DL4J's.
 *
 * @param penalty the penalty's name in specs, for messages
 * @param schedule the coefficient as it was given
 */
record Coefficient(String penalty, ISchedule schedule) implements ISchedule {

  static final Parameter<ISchedule> PARAMETER = Parameter.rate("coefficient").in("[0, inf)");

  /** Checks the coefficient, also after Java serialization. */
  Coefficient {
    Checks.of(penalty).check(PARAMETER, schedule).done();
  }

  static Coefficient read(Technique<Regularization> technique, Arguments given) {
    return new Coefficient(technique.name(), technique.read(given).get(PARAMETER));
  }

  /** Returns the arguments from which the penalty can be made again. */
  static Arguments arguments(ISchedule coefficient) {
    return Arguments.of(PARAMETER, ((Coefficient) coefficient).schedule);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return NumberOrSchedule.at(penalty, PARAMETER, schedule, iteration, epoch);
  }

  /** Returns this, because it never changes. */
  @Override
  public ISchedule clone() {
    return this;
  }

  @Override
  public String toString() {
    return arguments(this).toString();
  }
}
