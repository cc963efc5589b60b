package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.checks.Evidence.Entry;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds inputs that are far from the size of 1, such as pixels from 0 to 255, or features in
 * dollars beside others in years.
 *
 * <p><b>Measured:</b> the root mean square of what comes into the first layers that have weights,
 * zeros left out, so that sparse and one-hot features count by what they hold. Behind a
 * normalization nothing is judged, nor is an embedding.
 *
 * <p><b>Limit:</b> 10, or 1/100: what the initialisers make of inputs of size 1 is then off by as
 * much, in the first layer and in its gradient. Pixels from 0 to 1 are well within.
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
