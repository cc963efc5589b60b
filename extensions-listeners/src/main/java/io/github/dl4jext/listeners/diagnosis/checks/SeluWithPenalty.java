package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds penalties on the weights of layers with SELU. They pull the weights below LeCun's variance,
 * and the signal shrinks from layer to layer.
 *
 * <p><b>Measured:</b> the number of penalties (L1, L2, weight decay) that act on a weight matrix of
 * a layer with SELU.
 *
 * <p><b>Limit:</b> 0.
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer et al. (2017)</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SeluWithPenalty extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public SeluWithPenalty() {
    super(
        new About(
            "selu_with_penalty",
            Severity.WARNING,
            "SELU does not normalize: a penalty shrinks its weights",
            "leave the penalty out, and use alpha dropout or early stopping against overfitting",
            List.of("alpha_dropout", "early_stopping"),
            "regularization"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.matrices().stream()
        .filter(matrix -> evidence.isSeluBehind(matrix.node()))
        .filter(matrix -> !Evidence.regularizations(matrix.slot()).isEmpty())
        .map(
            matrix ->
                at(
                    matrix.node(),
                    evidence,
                    Evidence.regularizations(matrix.slot()).size(),
                    0,
                    "penalties on " + matrix.slot().parameter()));
  }
}
