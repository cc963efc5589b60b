package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.checks.Memory.Updates;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds layers that a step changes so much that they lose what they have learnt.
 *
 * <p><b>Measured:</b> the norm of the update of a weight matrix, divided by the norm of the
 * weights.
 *
 * <p><b>Limit:</b> 0.1 in three measured steps in a row, which is a hundred times the usual 1e-3;
 * or 1 in a single step, which replaces the weights.
 *
 * @see <a href="https://cs231n.github.io/neural-networks-3/#ratio">CS231n: ratio of weights and
 *     updates</a>
 */
@AutoService(DiagnosisCheck.class)
public final class RateTooHigh extends DiagnosisCheck {

  private static final double LIMIT = 0.1;

  private static final double AT_ONCE = 1;

  /** For {@link java.util.ServiceLoader}. */
  public RateTooHigh() {
    super(
        new About(
            "rate_too_high",
            Severity.WARNING,
            "The loss jumps or grows: the learning rate is too high",
            "lower the rate (LearningRateFinder suggests one), or warm it up",
            List.of("warmup", "one_cycle", "reduce_on_plateau", "clip_by_global_norm"),
            "schedules"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.matrices().stream().flatMap(matrix -> look(matrix, evidence));
  }

  private Stream<Finding> look(LearningMatrix matrix, Evidence evidence) {
    Updates updates = evidence.memory().of(matrix);
    double now = matrix.relativeUpdate();
    boolean isSteady =
        updates.latest().size() == Memory.AGREEING
            && updates.latest().stream().allMatch(update -> update > LIMIT);
    return isSteady || now > AT_ONCE
        ? Stream.of(
            at(
                matrix.node(),
                evidence,
                now,
                now > AT_ONCE ? AT_ONCE : LIMIT,
                "norm of the update of "
                    + matrix.slot().parameter()
                    + ", divided by that of the weights"))
        : Stream.empty();
  }
}
