package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.checks.Evidence.Entry;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds features that are the same in every example. They carry no information, and act as a second
 * bias.
 *
 * <p><b>Measured:</b> how many features of a layer that takes the network's inputs were constant in
 * the last 459 examples or more. With so many examples, a feature that differs in one of a hundred
 * is seen to differ with a probability of 0.99. With smaller minibatches only the listener can
 * judge, after several of them.
 *
 * <p><b>Limit:</b> 0. Constants within 0.1 of zero do no harm and are not counted. Examples are the
 * black edges of images, and a standardised feature that differs in fewer than one example of a
 * hundred.
 *
 * @see <a href="https://scikit-learn.org/stable/modules/feature_selection.html">scikit-learn:
 *     features with low variance</a>
 */
@AutoService(DiagnosisCheck.class)
public final class ConstantFeatures extends DiagnosisCheck {

  private static final double HARMLESS = 0.1;

  /** For {@link java.util.ServiceLoader}. */
  public ConstantFeatures() {
    super(
        new About(
            "constant_features",
            Severity.WARNING,
            "Features are the same in every example",
            "remove the features, or check how they are read",
            List.of(),
            "diagnosis"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.entries().stream().flatMap(entry -> look(entry, evidence));
  }

  private Stream<Finding> look(Entry entry, Evidence evidence) {
    UnitWindow window = evidence.window(entry).filter(UnitWindow::isEnough).orElse(null);
    if (window == null) {
      return Stream.empty();
    }
    List<Integer> constant =
        IntStream.range(0, window.units())
            .filter(unit -> Math.abs(window.constantOf(unit)) > HARMLESS)
            .boxed()
            .toList();
    return constant.isEmpty()
        ? Stream.empty()
        : Stream.of(
            at(
                entry.node(),
                evidence,
                constant.size(),
                0,
                "features that were constant in "
                    + window.rows()
                    + " examples; the first, counted from 0, is "
                    + constant.get(0)));
  }
}
