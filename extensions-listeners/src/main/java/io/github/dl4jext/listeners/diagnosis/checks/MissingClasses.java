package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds classes that have no label, because the data were sorted or truncated, or because the
 * labels are off by one.
 *
 * <p><b>Measured:</b> the number of classes of a cross entropy (MCXENT) without a label in the
 * measured minibatches, if these have at least ten times as many labels as there are classes. A
 * class with its even share of the labels is then missing by chance with a probability of 5e-5. If
 * all labels are of one class, 16 labels are enough.
 *
 * <p><b>Limit:</b> 0.
 *
 * @see <a
 *     href="https://developers.google.com/machine-learning/crash-course/overfitting/imbalanced-datasets">Google:
 *     imbalanced datasets</a>
 */
@AutoService(DiagnosisCheck.class)
public final class MissingClasses extends DiagnosisCheck {

  private static final double ENOUGH_PER_CLASS = 10;

  private static final int ENOUGH_OF_ONE = 16;

  /** For {@link java.util.ServiceLoader}. */
  public MissingClasses() {
    super(
        new About(
            "missing_classes",
            Severity.WARNING,
            "Classes have no examples",
            "shuffle the data, and check how labels are read",
            List.of(),
            "diagnosis"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.ends().stream()
        .filter(end -> end.isOfClasses() && end.labels().units() > 1)
        .flatMap(end -> look(end, evidence));
  }

  private Stream<Finding> look(OutputEnd end, Evidence evidence) {
    List<Double> counts = evidence.memory().classesOf(end);
    int labels = evidence.memory().labelsOf(end);
    int classes = counts.size();
    long missing = counts.stream().filter(count -> count == 0).count();
    boolean isEnough =
        labels >= ENOUGH_PER_CLASS * classes || labels >= ENOUGH_OF_ONE && missing == classes - 1;
    return isEnough && missing > 0
        ? Stream.of(
            at(
                end.node(),
                evidence,
                missing,
                0,
                "classes without any of "
                    + labels
                    + " labels, the first being "
                    + counts.indexOf(0.0)))
        : Stream.empty();
  }
}
