package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds classes that are so rare that a network which never predicts them is still right most of
 * the time.
 *
 * <p><b>Measured:</b> the labels of the rarest class of a cross entropy (MCXENT), divided by those
 * of an even share, in the measured minibatches, if these have at least ten times as many labels as
 * there are classes. A class without a label is a finding of {@link MissingClasses}.
 *
 * <p><b>Limit:</b> 0.1. Of two classes the rarer one then has 5 % of the labels.
 *
 * @see <a
 *     href="https://developers.google.com/machine-learning/crash-course/overfitting/imbalanced-datasets">Google:
 *     imbalanced datasets</a>
 */
@AutoService(DiagnosisCheck.class)
public final class UnbalancedClasses extends DiagnosisCheck {

  private static final double LIMIT = 0.1;

  private static final double ENOUGH_PER_CLASS = 10;

  /** For {@link java.util.ServiceLoader}. */
  public UnbalancedClasses() {
    super(
        new About(
            "unbalanced_classes",
            Severity.WARNING,
            "A class is rare, and accuracy says little",
            "weight the classes in the loss, sample the rare ones more often, and judge by F1 or the confusion matrix",
            List.of(),
            "diagnosis"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.ends().stream()
        .filter(OutputEnd::isOfClasses)
        .flatMap(end -> look(end, evidence));
  }

  private Stream<Finding> look(OutputEnd end, Evidence evidence) {
    List<Double> counts = evidence.memory().classesOf(end);
    int labels = evidence.memory().labelsOf(end);
    double rarest = Collections.min(counts);
    double share = rarest * counts.size() / labels;
    return labels >= ENOUGH_PER_CLASS * counts.size() && rarest > 0 && share < LIMIT
        ? Stream.of(
            at(
                end.node(),
                evidence,
                share,
                LIMIT,
                "labels of class " + counts.indexOf(rarest) + ", divided by an even share"))
        : Stream.empty();
  }
}
