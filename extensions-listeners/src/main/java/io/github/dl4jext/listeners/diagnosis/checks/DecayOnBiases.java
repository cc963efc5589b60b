package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds penalties on biases. Biases need little data to be exact and do not make the network more
 * complex, so there is no reason to pull them to 0.
 *
 * <p><b>Measured:</b> the number of penalties (L1, L2, weight decay) that act on the biases of a
 * layer.
 *
 * <p><b>Limit:</b> 0.
 *
 * @see <a href="https://www.deeplearningbook.org/contents/regularization.html">Goodfellow et al.
 *     (2016), section 7.1</a>
 */
@AutoService(DiagnosisCheck.class)
public final class DecayOnBiases extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public DecayOnBiases() {
    super(
        new About(
            "decay_on_biases",
            Severity.WARNING,
            "A penalty acts on biases",
            "put penalties on weights only, by Regularizations.onWeights or by the optimizer's decaying(...)",
            List.of("adamw", "l2"),
            "regularization"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence
        .nodes()
        .flatMap(node -> node.slots().stream())
        .filter(slot -> Evidence.isBias(slot) && !Evidence.regularizations(slot).isEmpty())
        .map(
            slot ->
                at(
                    slot.node(),
                    evidence,
                    Evidence.regularizations(slot).size(),
                    0,
                    "penalties on " + slot.parameter()));
  }
}
