package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.LiveNode;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/**
 * Finds biases in front of batch normalization, which removes them with the mean. They cost memory
 * and time, and their gradient is 0.
 *
 * <p><b>Measured:</b> the number of biases of a layer without an activation whose output goes only
 * to batch normalization.
 *
 * <p><b>Limit:</b> 0.
 *
 * @see <a href="https://arxiv.org/abs/1502.03167">Ioffe and Szegedy (2015), section 3.2</a>
 */
@AutoService(DiagnosisCheck.class)
public final class BiasBeforeBatchNorm extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public BiasBeforeBatchNorm() {
    super(
        new About(
            "bias_before_batch_norm",
            Severity.WARNING,
            "A bias in front of batch normalization has no effect",
            "build the layer with hasBias(false)",
            List.of(),
            "layers"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence
        .nodes()
        .filter(node -> evidence.curve(node).filter(ActivationCurve::isIdentity).isPresent())
        .filter(node -> isNormalized(node, evidence))
        .flatMap(node -> node.slots().stream())
        .filter(slot -> slot.learns() && Evidence.isBias(slot))
        .map(
            slot ->
                at(
                    slot.node(),
                    evidence,
                    slot.value().length(),
                    0,
                    "biases that batch normalization removes"));
  }

  private static boolean isNormalized(LiveNode node, Evidence evidence) {
    return !node.consumers().isEmpty()
        && node.consumers().stream()
            .map(evidence::node)
            .allMatch(next -> next.layer().orElse(null) instanceof BatchNormalization);
  }
}
