package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;

/**
 * Finds a softmax that is trained by the squared or the absolute error. If its output is confident
 * and wrong, its slope is nearly 0, so that it does not learn from the worst mistakes.
 *
 * <p><b>Measured:</b> whether an output has a softmax, and L1, L2, MAE or MSE as its loss.
 *
 * <p><b>Limit:</b> none; every case is a finding.
 *
 * @see <a href="https://www.deeplearningbook.org/contents/mlp.html">Goodfellow et al. (2016),
 *     section 6.2.2.3</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SquaredErrorOfSoftmax extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public SquaredErrorOfSoftmax() {
    super(
        new About(
            "squared_error_of_softmax",
            Severity.WARNING,
            "A softmax is trained by the squared error",
            "take the cross entropy of classes, MCXENT",
            List.of("softmax"),
            "diagnosis"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.ends().stream()
        .filter(end -> end.activation().isSoftmax())
        .filter(end -> end.loss() instanceof LossL2 || end.loss() instanceof LossL1)
        .map(end -> at(end.node(), evidence, 1, 0, end.lossName() + " of a softmax"));
  }
}
