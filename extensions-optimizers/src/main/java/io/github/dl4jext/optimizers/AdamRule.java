package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What Adam and its kin share: a running mean of the gradient, one of its square or of something
 * like it, and the corrections for their start at zero.
 */
abstract class AdamRule extends UpdateRule {

  private static final long serialVersionUID = 1L;

  @NumberOrSchedule.Json private final ISchedule beta1;
  @NumberOrSchedule.Json private final ISchedule beta2;
  private final double epsilon;

  AdamRule(ISchedule learningRate, ISchedule beta1, ISchedule beta2, double epsilon) {
    super(learningRate);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  /** The checks that all of them make in their constructors. */
  static Checks check(
      String name,
      Parameter<ISchedule> learningRateParameter,
      ISchedule learningRate,
      ISchedule beta1,
      ISchedule beta2,
      Parameter<Double> epsilonParameter,
      double epsilon) {
    return Checks.of(name)
        .check(learningRateParameter, learningRate)
        .check(Hyperparameters.BETA1, beta1)
        .check(Hyperparameters.BETA2, beta2)
        .check(epsilonParameter, epsilon);
  }

  final ISchedule beta1() {
    return beta1;
  }

  final double beta1(Step step) {
    return rounded(
        NumberOrSchedule.at(Hyperparameters.BETA1, beta1, step.iteration(), step.epoch()), step);
  }

  final double beta2(Step step) {
    return rounded(
        NumberOrSchedule.at(Hyperparameters.BETA2, beta2, step.iteration(), step.epoch()), step);
  }

  /**
   * As the arrays know it: {@code 1 - beta} is small, so that a correction by the exact beta would
   * be off by 1e-5 of what the mean of floats has become.
   */
  private static double rounded(double beta, Step step) {
    return step.gradient().dataType() == DataType.FLOAT ? (float) beta : beta;
  }

  final double epsilon() {
    return epsilon;
  }

  /** {@code 1 - beta^t}: the share of a running mean from zero that is filled after t steps. */
  static double filled(double beta, Step step) {
    return 1 - Math.pow(beta, step.number());
  }

  @Override
  protected List<String> stateNames() {
    return List.of("M", "V");
  }

  @Override
  protected Map<String, Object> hyperparameters() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("beta1", beta1);
    all.put("beta2", beta2);
    all.put("epsilon", epsilon);
    return all;
  }
}
