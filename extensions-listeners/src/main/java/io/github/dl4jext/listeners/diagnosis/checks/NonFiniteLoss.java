package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds a loss that is NaN or infinite. The finding names the first layer with such an output, or
 * the layer with the loss if there is none before it. If the features themselves are NaN or
 * infinite, this is the first layer.
 *
 * <p><b>Measured:</b> the loss of every step, not only of the examined ones.
 *
 * <p><b>Limit:</b> the largest finite number.
 *
 * @see <a href="https://keras.io/api/callbacks/terminate_on_nan/">Keras: TerminateOnNaN</a>
 */
@AutoService(DiagnosisCheck.class)
public final class NonFiniteLoss extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public NonFiniteLoss() {
    super(
        new About(
            "non_finite_loss",
            Severity.ERROR,
            "The loss is NaN or infinite",
            "lower the rate or warm it up, clip the gradient, and look for NaN in the data",
            List.of("stop_on_nan", "skip_if_non_finite", "clip_by_global_norm", "warmup"),
            "listeners"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    if (Double.isFinite(evidence.score())) {
      return Stream.empty();
    }
    return evidence
        .nodes()
        .filter(
            node -> node.isOutput() || evidence.outputOf(node).share(x -> !Double.isFinite(x)) > 0)
        .limit(1)
        .map(
            node ->
                at(
                    node,
                    evidence,
                    evidence.score(),
                    Double.MAX_VALUE,
                    "loss; this layer is the first that is not finite"));
  }
}
