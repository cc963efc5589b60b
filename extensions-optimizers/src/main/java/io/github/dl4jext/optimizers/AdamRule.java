package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Holds what Adam and its variants share: a running mean of the gradient, one of its square or of
 * something like it, and the corrections for their start at zero.
 *
 * @param <R> the subclass
 */
abstract class AdamRule<R extends AdamRule<R>> extends UpdateRule<R> {

  private static final long serialVersionUID = 1L;

  AdamRule(Technique<Optimizer> technique, Arguments given) {
    super(technique, given);
  }

  /**
   * A beta rounded to the type of the arrays. As {@code 1 - beta} is small, a correction by the
   * exact beta would be off by 1e-5 of a mean that was computed in floats.
   */
  static double rounded(UpdateContext t, Parameter<ISchedule> beta) {
    double exact = t.at(beta);
    return t.gradient().dataType() == DataType.FLOAT ? (float) exact : exact;
  }

  /**
   * What is added to the root of the uncorrected mean square: epsilon in the form of Keras, else
   * epsilon times the root of the correction.
   */
  static double epsilon(UpdateContext t, double rootOfCorrection) {
    double epsilon = t.get(Hyperparameters.EPSILON);
    return t.get(Hyperparameters.CONVENTION) == StepConvention.KERAS
        ? epsilon
        : epsilon * rootOfCorrection;
  }

  @Override
  protected List<String> stateNames() {
    return List.of("M", "V");
  }
}
