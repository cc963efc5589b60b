package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.checks.Evidence.Entry;
import io.github.dl4jext.listeners.diagnosis.checks.UnitValues.Moments;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds networks with SELU whose inputs are not standardised, so that the networks do not normalize
 * themselves.
 *
 * <p><b>Measured:</b> the mean and the variance of the inputs of the first layers, if these have
 * SELU.
 *
 * <p><b>Limit:</b> a variance within [0.5, 2], and a mean within [-0.5, 0.5] standard deviations.
 * From within these limits SELU moves the variance nearer to 1 and the mean nearer to 0 from layer
 * to layer. Pixels from 0 to 1 have a variance of about 0.1.
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer et al. (2017), theorem 1</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SeluInputs extends DiagnosisCheck {

  private static final double VARIANCE = 2;

  private static final double MEAN = 0.5;

  /** For {@link java.util.ServiceLoader}. */
  public SeluInputs() {
    super(
        new About(
            "selu_inputs",
            Severity.WARNING,
            "SELU does not normalize: the inputs are not standardised",
            "standardise the inputs with the mean and standard deviation of the training set, for instance by NormalizerStandardize",
            List.of("rescaling", "layer_norm"),
            "layers"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.entries().stream()
        .filter(entry -> evidence.isSeluBehind(entry.node()))
        .flatMap(entry -> look(entry, evidence));
  }

  private Stream<Finding> look(Entry entry, Evidence evidence) {
    Moments moments = entry.values().moments();
    double variance = moments.variance();
    if (variance > VARIANCE || variance < 1 / VARIANCE) {
      double limit = variance > VARIANCE ? VARIANCE : 1 / VARIANCE;
      return Stream.of(
          at(entry.node(), evidence, variance, limit, "variance of the layer's input"));
    }
    double shift = moments.mean() / Math.sqrt(variance);
    return Math.abs(shift) > MEAN
        ? Stream.of(
            at(
                entry.node(),
                evidence,
                shift,
                Math.copySign(MEAN, shift),
                "mean of the layer's input in standard deviations"))
        : Stream.empty();
  }
}
