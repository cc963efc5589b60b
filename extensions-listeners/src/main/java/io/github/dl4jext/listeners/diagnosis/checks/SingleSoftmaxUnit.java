package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds a softmax of one unit, which always outputs 1 and has no gradient.
 *
 * <p><b>Measured:</b> the number of units of an output with a softmax.
 *
 * <p><b>Limit:</b> at least 2.
 *
 * @see <a href="https://www.deeplearningbook.org/contents/mlp.html">Goodfellow et al. (2016),
 *     section 6.2.2.2</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SingleSoftmaxUnit extends DiagnosisCheck {

  private static final int LIMIT = 2;

  /** For {@link java.util.ServiceLoader}. */
  public SingleSoftmaxUnit() {
    super(
        new About(
            "single_softmax_unit",
            Severity.ERROR,
            "The output is always 1: a softmax has only one unit",
            "take sigmoid with XENT for one unit, or a softmax of two",
            List.of("sigmoid"),
            "diagnosis"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.ends().stream()
        .filter(end -> end.activation().isSoftmax() && end.predicted().units() < LIMIT)
        .map(
            end ->
                at(end.node(), evidence, end.predicted().units(), LIMIT, "units of the softmax"));
  }
}
