package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds labels of a softmax that are not probabilities of the classes: they must be at least 0 and
 * sum to 1.
 *
 * <p><b>Measured:</b> how far the labels of an example are from the sum 1, or below 0, in the worst
 * example. Only outputs with a softmax and the cross entropy of classes (MCXENT, negative log
 * likelihood) are judged.
 *
 * <p><b>Limit:</b> 1e-3. Smoothed and mixed labels sum to 1.
 *
 * @see <a href="https://www.deeplearningbook.org/contents/mlp.html">Goodfellow et al. (2016),
 *     section 6.2.2.3</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SoftmaxLabels extends DiagnosisCheck {

  private static final double LIMIT = 1e-3;

  /** For {@link java.util.ServiceLoader}. */
  public SoftmaxLabels() {
    super(
        new About(
            "softmax_labels",
            Severity.ERROR,
            "Labels do not fit the softmax",
            "give one-hot labels, with a 1 at the class; for several classes at once take sigmoid with XENT",
            List.of("sigmoid"),
            "diagnosis"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.ends().stream()
        .filter(end -> end.isOfClasses() && end.activation().isSoftmax())
        .flatMap(end -> look(end, evidence));
  }

  private Stream<Finding> look(OutputEnd end, Evidence evidence) {
    double[] worst = new double[1];
    for (double sum : end.labels().sums()) {
      double off = Math.abs(sum - 1);
      worst[0] = off > worst[0] ? off : worst[0];
    }
    end.labels().forEach((unit, row, value) -> worst[0] = Math.max(worst[0], -value));
    return worst[0] > LIMIT
        ? Stream.of(
            at(
                end.node(),
                evidence,
                worst[0],
                LIMIT,
                "largest distance of an example's labels from shares of 1"))
        : Stream.empty();
  }
}
