package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds layers of SELU whose weights do not begin with LeCun's variance, so that the signal grows
 * or shrinks from layer to layer.
 *
 * <p><b>Measured:</b> the mean square of the weights times fan_in, before the first step, for
 * weights from any initialiser.
 *
 * <p><b>Limit:</b> within [0.8, 1.25], widened by three standard errors for the number of weights.
 * He's initialiser gives 2, Glorot's 2 / (1 + fan_out / fan_in).
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer et al. (2017), section 2</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SeluInitialiser extends DiagnosisCheck {

  private static final double LIMIT = 1.25;

  /** For {@link java.util.ServiceLoader}. */
  public SeluInitialiser() {
    super(
        new About(
            "selu_initialiser",
            Severity.WARNING,
            "SELU does not normalize: the weights are not LeCun normal",
            "take the initialiser lecun_normal",
            List.of("lecun_normal"),
            "activations"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.matrices().stream()
        .filter(matrix -> evidence.isUntrained() && evidence.isSeluBehind(matrix.node()))
        .flatMap(matrix -> look(matrix, evidence));
  }

  private Stream<Finding> look(LearningMatrix matrix, Evidence evidence) {
    double count = matrix.slot().value().length();
    double variance = matrix.weight() * matrix.weight() / count * matrix.fanIn();
    double limit = LIMIT * (1 + 3 * Math.sqrt(2 / count));
    return variance > limit || variance < 1 / limit
        ? Stream.of(
            at(
                matrix.node(),
                evidence,
                variance,
                variance > limit ? limit : 1 / limit,
                "variance of " + matrix.slot().parameter() + " times fan_in"))
        : Stream.empty();
  }
}
