package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds penalties on parameters that scale units, such as the gain of a normalization or the slope
 * of PReLU. The penalty pulls them to 0, and the whole unit with them, although that does not make
 * the network simpler.
 *
 * <p><b>Measured:</b> the number of penalties (L1, L2, weight decay) that act on parameters that
 * have one number for each unit and are not biases.
 *
 * <p><b>Limit:</b> 0. DL4J exempts batch normalization, but not {@code hasLayerNorm(true)} nor
 * PReLU.
 *
 * @see <a href="https://arxiv.org/abs/1706.05350">van Laarhoven (2017), L2 regularization versus
 *     batch and weight normalization</a>
 * @see <a href="https://arxiv.org/abs/1502.01852">He et al. (2015), section 2.1: no decay on
 *     PReLU</a>
 */
@AutoService(DiagnosisCheck.class)
public final class DecayOnGains extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public DecayOnGains() {
    super(
        new About(
            "decay_on_gains",
            Severity.WARNING,
            "A penalty acts on the gain of a normalization or on slopes",
            "put penalties on weights only, by Regularizations.onWeights or by the optimizer's decaying(...)",
            List.of("adamw", "l2"),
            "regularization"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence
        .nodes()
        .flatMap(node -> node.slots().stream())
        .filter(slot -> !LearningMatrix.isMatrix(slot.value()) && !Evidence.isBias(slot))
        .filter(slot -> !Evidence.regularizations(slot).isEmpty())
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
