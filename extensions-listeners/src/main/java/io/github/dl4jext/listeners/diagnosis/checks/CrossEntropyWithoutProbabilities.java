package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Finds a cross entropy whose outputs are not probabilities: the one of classes (MCXENT) without a
 * softmax, or the one of yes and no (XENT) without an activation that gives each unit a value from
 * 0 to 1 by itself.
 *
 * <p><b>Measured:</b> the loss and the activation of an output.
 *
 * <p><b>Limit:</b> none; every case is a finding.
 *
 * @see <a href="https://www.deeplearningbook.org/contents/mlp.html">Goodfellow et al. (2016),
 *     section 6.2.2</a>
 */
@AutoService(DiagnosisCheck.class)
public final class CrossEntropyWithoutProbabilities extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public CrossEntropyWithoutProbabilities() {
    super(
        new About(
            "cross_entropy_without_probabilities",
            Severity.ERROR,
            "The outputs of the cross entropy are not probabilities",
            "take a softmax with MCXENT, or the sigmoid with XENT",
            List.of("softmax", "sigmoid"),
            "diagnosis"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.ends().stream()
        .filter(
            end ->
                end.loss() instanceof LossMCXENT && !end.activation().isSoftmax()
                    || end.isBinary() && !isFromZeroToOne(end.activation()))
        .map(
            end ->
                at(
                    end.node(),
                    evidence,
                    1,
                    0,
                    end.lossName() + " without an activation that gives probabilities"));
  }

  private static boolean isFromZeroToOne(ActivationCurve activation) {
    return !activation.isSoftmax()
        && Math.abs(activation.lowest()) < 1e-3
        && Math.abs(activation.highest() - 1) < 1e-3;
  }
}
