package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds layers that the steps hardly change.
 *
 * <p><b>Measured:</b> the largest update of a weight matrix, relative to the norm of the weights,
 * in all measured steps, if there were five or more. The largest is taken because schedules that
 * begin or end with a low rate have a higher one between. Steps that do not change the weights,
 * such as most steps with accumulated gradients, do not count.
 *
 * <p><b>Limit:</b> 1e-6, a thousandth of the usual 1e-3.
 *
 * @see <a href="https://cs231n.github.io/neural-networks-3/#ratio">CS231n: ratio of weights and
 *     updates</a>
 */
@AutoService(DiagnosisCheck.class)
public final class RateTooLow extends DiagnosisCheck {

  private static final double LIMIT = 1e-6;

  private static final int ENOUGH = 5;

  /** For {@link java.util.ServiceLoader}. */
  public RateTooLow() {
    super(
        new About(
            "rate_too_low",
            Severity.WARNING,
            "The loss hardly falls: the learning rate is too low",
            "raise the rate (LearningRateFinder suggests one)",
            List.of("one_cycle", "adam", "momentum"),
            "schedules"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.matrices().stream()
        .filter(matrix -> evidence.memory().of(matrix).count() >= ENOUGH)
        .filter(matrix -> evidence.memory().of(matrix).largest() < LIMIT)
        .map(
            matrix ->
                at(
                    matrix.node(),
                    evidence,
                    evidence.memory().of(matrix).largest(),
                    LIMIT,
                    "largest update of "
                        + matrix.slot().parameter()
                        + ", divided by the norm of the weights"));
  }
}
