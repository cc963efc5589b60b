package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.checks.Evidence.Entry;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds inputs whose size is far from 1, such as pixels from 0 to 255, or features in dollars
 * beside others in years.
 *
 * <p><b>Measured:</b> the root mean square of the inputs of the first layers with weights, without
 * zeros, so that sparse and one-hot features count by their other values. Inputs behind a
 * normalization and those of an embedding are not judged.
 *
 * <p><b>Limit:</b> 10, or 1/100. The initialisers assume inputs of size 1, so that the signal of
 * the first layer and its gradient are wrong by the same factor. Pixels from 0 to 1 are well within
 * the limits.
 *
 * @see <a href="https://doi.org/10.1007/3-540-49430-8_2">LeCun et al. (1998), Efficient BackProp,
 *     section 4.3</a>
 */
@AutoService(DiagnosisCheck.class)
public final class UnscaledInputs extends DiagnosisCheck {

  private static final double HIGHEST = 10;

  private static final double LOWEST = 0.01;

  /** For {@link java.util.ServiceLoader}. */
  public UnscaledInputs() {
    super(
        new About(
            "unscaled_inputs",
            Severity.WARNING,
            "Inputs are not scaled",
            "scale the inputs to a mean of 0 and a variance of 1, for instance by NormalizerStandardize, or to the range from 0 to 1",
            List.of("rescaling", "layer_norm"),
            "layers"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.entries().stream().flatMap(entry -> look(entry, evidence));
  }

  private Stream<Finding> look(Entry entry, Evidence evidence) {
    double scale = entry.values().moments().scale();
    return scale > HIGHEST || scale < LOWEST
        ? Stream.of(
            at(
                entry.node(),
                evidence,
                scale,
                scale > HIGHEST ? HIGHEST : LOWEST,
                "root mean square of the layer's input"))
        : Stream.empty();
  }
}
