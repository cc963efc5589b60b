package io.github.dl4jext.listeners.diagnosis.checks;

import io.github.dl4jext.network.Node;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Looks for one fault of a network or of its training. Each check is one class, which {@link
 * ServiceLoader} finds. Its class comment states the figure that is measured, the limit, and the
 * source of the limit.
 */
public abstract class DiagnosisCheck {

  /**
   * The description of a check.
   *
   * @param name its name in snake_case, which its findings have too
   * @param severity how much its findings matter
   * @param symptom what a user sees, in a sentence without a full stop
   * @param advice what to do, in words that follow a semicolon
   * @param techniques the plugin names of techniques that help
   * @param guide the page of the guide, such as {@code activations}
   */
  record About(
      String name,
      Severity severity,
      String symptom,
      String advice,
      List<String> techniques,
      String guide) {}

  private final About about;

  DiagnosisCheck(About about) {
    this.about = about;
  }

  /**
   * Lists all checks.
   *
   * @return the checks, in the order of their names
   * @throws IllegalStateException if there is none, as in a jar that has lost its services
   */
  public static List<DiagnosisCheck> all() {
    List<DiagnosisCheck> all =
        ServiceLoader.load(DiagnosisCheck.class, DiagnosisCheck.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparing(DiagnosisCheck::name))
            .toList();
    if (all.isEmpty()) {
      throw new IllegalStateException(
          "diagnosis: no check was found; the jar must keep the file META-INF/services/"
              + DiagnosisCheck.class.getName());
    }
    return all;
  }

  /** Returns its name, which its findings have too. */
  public final String name() {
    return about.name;
  }

  /** Returns how much its findings matter. */
  public final Severity severity() {
    return about.severity;
  }

  /** Returns what a user sees if the fault is present. */
  public final String symptom() {
    return about.symptom;
  }

  /** Returns what to do about the fault. */
  public final String advice() {
    return about.advice;
  }

  /** Returns the plugin names of techniques that help. */
  public final List<String> techniques() {
    return about.techniques;
  }

  /** Returns the page of the guide. */
  public final String guide() {
    return "docs/guide/" + about.guide + ".md";
  }

  /** Looks for the fault in the evidence of a step. */
  abstract Stream<Finding> look(Evidence evidence);

  final Finding at(Node node, Evidence evidence, double figure, double limit, String measured) {
    return found(node.name(), node.index(), evidence, figure, limit, measured);
  }

  final Finding overall(Evidence evidence, double figure, double limit, String measured) {
    return found("", -1, evidence, figure, limit, measured);
  }

  private Finding found(
      String layer, int index, Evidence evidence, double figure, double limit, String measured) {
    return new Finding(
        about.name,
        about.severity,
        layer,
        index,
        evidence.iteration(),
        figure,
        limit,
        measured,
        about.advice,
        about.techniques,
        guide());
  }

  @Override
  public final String toString() {
    return about.name;
  }
}
