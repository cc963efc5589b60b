package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.LiveNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds normalization between layers with SELU, which normalize themselves. The two work against
 * each other, and one of them is superfluous. Normalization of the network's inputs does no harm.
 *
 * <p><b>Measured:</b> whether a layer of batch, layer or group normalization comes after SELU, or
 * between the weights and SELU.
 *
 * <p><b>Limit:</b> none; every case is a finding.
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer et al. (2017)</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SeluWithNormalization extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public SeluWithNormalization() {
    super(
        new About(
            "selu_with_normalization",
            Severity.WARNING,
            "SELU does not normalize by itself: there is another normalization between its layers",
            "leave the normalization out, or take another activation with it",
            List.of("relu", "swish", "he_normal"),
            "activations"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence
        .nodes()
        .filter(Evidence::isNorm)
        .filter(node -> evidence.isSeluBefore(node) || isWithin(node, evidence))
        .map(node -> at(node, evidence, 1, 0, "normalization beside SELU"));
  }

  private static boolean isWithin(LiveNode norm, Evidence evidence) {
    return !norm.inputs().isEmpty()
        && Evidence.hasMatrix(evidence.node(norm.inputs().get(0)))
        && norm.consumers().stream()
            .flatMap(name -> evidence.curve(evidence.node(name)).stream())
            .anyMatch(ActivationCurve::isSelu);
  }
}
