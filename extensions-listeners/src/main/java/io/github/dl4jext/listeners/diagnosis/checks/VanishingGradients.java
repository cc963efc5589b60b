package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds layers whose gradient is so much smaller than that of the others that they learn nothing
 * while the others do.
 *
 * <p><b>Measured:</b> the norm of the gradient of a weight matrix divided by the norm of its
 * weights, relative to the largest such ratio in the network. With one rate for all layers this is
 * the speed at which the layer learns, compared with the fastest one.
 *
 * <p><b>Limit:</b> 1e-3: the layer then needs a thousand steps for what the fastest layer learns in
 * one.
 *
 * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot and Bengio (2010), section
 *     4.2</a>
 */
@AutoService(DiagnosisCheck.class)
public final class VanishingGradients extends DiagnosisCheck {

  private static final double LIMIT = 1e-3;

  /** For {@link java.util.ServiceLoader}. */
  public VanishingGradients() {
    super(
        new About(
            "vanishing_gradients",
            Severity.WARNING,
            "Gradients vanish: lower layers learn nothing",
            "take ReLU with He weights or SELU with LeCun weights, normalization between the layers, or skip connections",
            List.of("relu", "he_normal", "selu", "layer_norm"),
            "activations"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    List<LearningMatrix> matrices = evidence.matrices();
    double largest =
        matrices.stream().mapToDouble(LearningMatrix::relativeGradient).max().orElse(0);
    return matrices.stream()
        .filter(matrix -> !matrix.node().type().contains("Embedding"))
        .filter(matrix -> matrix.relativeGradient() / largest < LIMIT)
        .map(
            matrix ->
                at(
                    matrix.node(),
                    evidence,
                    matrix.relativeGradient() / largest,
                    LIMIT,
                    "gradient of "
                        + matrix.slot().parameter()
                        + ", divided by the norm of the weights, relative to the largest such ratio"));
  }
}
