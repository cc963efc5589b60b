package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds labels that the activation of the output cannot give: outside of [0, 1] with the sigmoid,
 * of [-1, 1] with tanh, or below 0 with ReLU. The loss then pushes the outputs into saturation.
 *
 * <p><b>Measured:</b> the label that is farthest outside. The range is found from the activation's
 * values, so that an activation of any class is judged.
 *
 * <p><b>Limit:</b> the activation's own limit, with a tolerance of 0.001.
 *
 * @see <a href="https://www.deeplearningbook.org/contents/mlp.html">Goodfellow et al. (2016),
 *     section 6.2.2</a>
 */
@AutoService(DiagnosisCheck.class)
public final class LabelsOutOfReach extends DiagnosisCheck {

  private static final double TOLERANCE = 1e-3;

  /** For {@link java.util.ServiceLoader}. */
  public LabelsOutOfReach() {
    super(
        new About(
            "labels_out_of_reach",
            Severity.ERROR,
            "Labels are outside the range of the output",
            "scale the labels, or take the identity for unbounded numbers",
            List.of("linear", "softplus"),
            "diagnosis"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.ends().stream()
        .filter(end -> !end.activation().isSoftmax())
        .flatMap(end -> look(end, evidence));
  }

  private Stream<Finding> look(OutputEnd end, Evidence evidence) {
    double lowest = end.activation().lowest();
    double highest = end.activation().highest();
    double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    end.labels()
        .forEach(
            (unit, row, value) -> {
              range[0] = Math.min(range[0], value);
              range[1] = Math.max(range[1], value);
            });
    double above = range[1] - highest;
    double below = lowest - range[0];
    return Math.max(above, below) > TOLERANCE
        ? Stream.of(
            at(
                end.node(),
                evidence,
                above > below ? range[1] : range[0],
                above > below ? highest : lowest,
                "label that is farthest from the values of the activation"))
        : Stream.empty();
  }
}
