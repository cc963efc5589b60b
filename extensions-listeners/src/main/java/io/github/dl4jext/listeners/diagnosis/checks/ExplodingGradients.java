package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds layers whose gradient is so large that even a small rate ruins their weights.
 *
 * <p><b>Measured:</b> the norm of the gradient of a weight matrix, divided by the norm of its
 * weights. The gradient is the mean over the minibatch, after clipping.
 *
 * <p><b>Limit:</b> 100: a rate of 0.001 then moves the weights by a tenth of their norm in a step,
 * a hundred times more than usual.
 *
 * @see <a href="https://proceedings.mlr.press/v28/pascanu13.html">Pascanu, Mikolov and Bengio
 *     (2013)</a>
 */
@AutoService(DiagnosisCheck.class)
public final class ExplodingGradients extends DiagnosisCheck {

  private static final double LIMIT = 100;

  /** For {@link java.util.ServiceLoader}. */
  public ExplodingGradients() {
    super(
        new About(
            "exploding_gradients",
            Severity.WARNING,
            "Gradients explode",
            "clip the gradient, scale the inputs and the labels, begin with smaller weights, or normalize between the layers",
            List.of("clip_by_global_norm", "skip_if_norm_above", "glorot_uniform", "layer_norm"),
            "around-the-step"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.matrices().stream()
        .filter(matrix -> matrix.relativeGradient() > LIMIT)
        .map(
            matrix ->
                at(
                    matrix.node(),
                    evidence,
                    matrix.relativeGradient(),
                    LIMIT,
                    "norm of the gradient of "
                        + matrix.slot().parameter()
                        + ", divided by that of the weights"));
  }
}
