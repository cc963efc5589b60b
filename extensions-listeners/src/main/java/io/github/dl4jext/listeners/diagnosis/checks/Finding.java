package io.github.dl4jext.listeners.diagnosis.checks;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Holds one fault that was found: its place, the measured figure and its limit, and what helps.
 *
 * @param check the name of the check, such as {@code dead_units}
 * @param severity how much it matters
 * @param layer the name of the layer or vertex; empty if it is the network's as a whole
 * @param index the index of the layer or vertex; -1 if it is the network's as a whole
 * @param iteration the step, from 0 as DL4J counts
 * @param figure what was measured
 * @param limit what it was held against
 * @param measured what the figure is, in words
 * @param advice what to do, in words
 * @param techniques the plugin names of what helps, such as {@code leaky_relu}
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
   * Refuses null.
   *
   * @param check the name of the check
   * @param severity how much it matters
   * @param layer the name of the layer or vertex, or empty
   * @param index the index of the layer or vertex, or -1
   * @param iteration the step
   * @param figure what was measured
   * @param limit what it was held against
   * @param measured what the figure is
   * @param advice what to do
   * @param techniques the plugin names of what helps
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
   * The finding in a line.
   *
   * @return such as {@code layer 3 "dense": dead_units: share of units that ...: 0.620 (limit
   *     0.400); take ... [leaky_relu, elu; docs/guide/activations.md]}
   */
  @Override
  public String toString() {
    String named = techniques.isEmpty() ? "" : String.join(", ", techniques) + "; ";
    return "%s: %s: %s: %s; %s [%s%s]"
        .formatted(place(), check, measured, figures(), advice, named, guide);
  }
}
