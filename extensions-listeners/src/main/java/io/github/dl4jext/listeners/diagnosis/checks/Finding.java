package io.github.dl4jext.listeners.diagnosis.checks;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Holds one fault that was found: its place, the measured figure and its limit, and the advice.
 *
 * @param check the name of the check, such as {@code dead_units}
 * @param severity how much it matters
 * @param layer the name of the layer or vertex; empty if the fault is that of the whole network
 * @param index the index of the layer or vertex; -1 if the fault is that of the whole network
 * @param iteration the step, from 0 as DL4J counts
 * @param figure the measured figure
 * @param limit the limit of the figure
 * @param measured the meaning of the figure, in words
 * @param advice what to do, in words
 * @param techniques the plugin names of techniques that help, such as {@code leaky_relu}
 * @param guide the page of the guide, such as {@code docs/guide/activations.md}
 */
public record Finding(
    String check,
    Severity severity,
    String layer,
    int index,
    int iteration,
    double figure,
    double limit,
    String measured,
    String advice,
    List<String> techniques,
    String guide) {

  /**
   * Checks that nothing is null.
   *
   * @param check the name of the check
   * @param severity how much it matters
   * @param layer the name of the layer or vertex, or empty
   * @param index the index of the layer or vertex, or -1
   * @param iteration the step
   * @param figure the measured figure
   * @param limit the limit of the figure
   * @param measured the meaning of the figure
   * @param advice what to do
   * @param techniques the plugin names of techniques that help
   * @param guide the page of the guide
   */
  public Finding {
    Objects.requireNonNull(check, "finding: check must be given, was null");
    Objects.requireNonNull(severity, "finding: severity must be given, was null");
    Objects.requireNonNull(layer, "finding: layer must be given, was null");
    Objects.requireNonNull(measured, "finding: measured must be given, was null");
    Objects.requireNonNull(advice, "finding: advice must be given, was null");
    Objects.requireNonNull(techniques, "finding: techniques must be given, was null");
    Objects.requireNonNull(guide, "finding: guide must be given, was null");
    techniques = List.copyOf(techniques);
  }

  /** Returns where it is, such as {@code layer 3 "dense"}, or {@code network}. */
  public String place() {
    return index < 0 ? "network" : "layer " + index + " \"" + layer + "\"";
  }

  /** Returns figure and limit, such as {@code 0.62 (limit 0.4)}. */
  public String figures() {
    return String.format(Locale.ROOT, "%.3g (limit %.3g)", figure, limit);
  }

  /**
   * Returns the finding in one line.
   *
   * @return a text such as {@code layer 3 "dense": dead_units: share of units that ...: 0.620
   *     (limit 0.400); take ... [leaky_relu, elu; docs/guide/activations.md]}
   */
  @Override
  public String toString() {
    String named = techniques.isEmpty() ? "" : String.join(", ", techniques) + "; ";
    return "%s: %s: %s: %s; %s [%s%s]"
        .formatted(place(), check, measured, figures(), advice, named, guide);
  }
}
