package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.jspecify.annotations.Nullable;

/**
 * Finds plain dropout on the outputs of SELU: it sets values to 0, which is not SELU's limit, and
 * the mean and the variance of the signal are lost.
 *
 * <p><b>Measured:</b> whether a layer whose input SELU made has dropout that is not alpha dropout.
 * In DL4J the dropout of a layer acts on its input.
 *
 * <p><b>Limit:</b> none at all.
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

  /** DL4J's, ours and others' have it in their names; noise that is added is none. */
  private static boolean isPlain(@Nullable IDropout dropout) {
    String name = dropout == null ? "" : dropout.getClass().getSimpleName();
    return name.contains("Dropout") && !name.contains("Alpha");
  }
}
