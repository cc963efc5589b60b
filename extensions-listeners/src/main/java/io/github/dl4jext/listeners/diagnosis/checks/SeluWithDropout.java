package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.jspecify.annotations.Nullable;

/**
 * Finds plain dropout on the outputs of SELU. It sets values to 0, which is not SELU's limit, and
 * so changes the mean and the variance of the signal.
 *
 * <p><b>Measured:</b> whether a layer whose input comes from SELU has dropout that is not alpha
 * dropout. In DL4J the dropout of a layer acts on its input.
 *
 * <p><b>Limit:</b> none; every case is a finding.
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer et al. (2017), section 2: alpha
 *     dropout</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SeluWithDropout extends DiagnosisCheck {

  /** For {@link java.util.ServiceLoader}. */
  public SeluWithDropout() {
    super(
        new About(
            "selu_with_dropout",
            Severity.WARNING,
            "SELU does not normalize: plain dropout acts on its outputs",
            "take alpha dropout, with a rate of 0.05 to 0.2",
            List.of("alpha_dropout", "feature_alpha_dropout"),
            "regularization"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence
        .nodes()
        .filter(node -> node.layer().filter(l -> isPlain(l.getIDropout())).isPresent())
        .filter(evidence::isSeluBefore)
        .map(node -> at(node, evidence, 1, 0, "plain dropout on the outputs of SELU"));
  }

  /** Recognises dropout of any library by its class name; noise that is added does not count. */
  private static boolean isPlain(@Nullable IDropout dropout) {
    String name = dropout == null ? "" : dropout.getClass().getSimpleName();
    return name.contains("Dropout") && !name.contains("Alpha");
  }
}
