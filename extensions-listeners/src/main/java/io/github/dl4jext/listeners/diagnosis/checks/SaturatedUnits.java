package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.LiveNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds hidden layers whose units are at the limits of their activation, where it has hardly any
 * slope. This concerns sigmoid, tanh and all other activations with two limits.
 *
 * <p><b>Measured:</b> the share of a layer's outputs that are within a hundredth of the range of
 * one of the limits. There the slope of the sigmoid and of tanh is at most a twenty-fifth of their
 * largest slope.
 *
 * <p><b>Limit:</b> 0.5: most of the layer then passes no gradient on. With Glorot's weights and
 * standardised inputs the share is 0.01 or less.
 *
 * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot and Bengio (2010), section
 *     3</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SaturatedUnits extends DiagnosisCheck {

  private static final double LIMIT = 0.5;

  /** For {@link java.util.ServiceLoader}. */
  public SaturatedUnits() {
    super(
        new About(
            "saturated_units",
            Severity.WARNING,
            "Units of sigmoid or tanh are at their limits, and no gradient passes through them",
            "begin with Glorot weights, scale the inputs, lower the rate, or take an activation without limits",
            List.of("glorot_uniform", "relu", "layer_norm"),
            "activations"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.nodes().filter(node -> !node.isOutput()).flatMap(node -> look(node, evidence));
  }

  private Stream<Finding> look(LiveNode node, Evidence evidence) {
    ActivationCurve curve = evidence.curve(node).orElse(null);
    if (curve == null || !curve.isSaturating()) {
      return Stream.empty();
    }
    double share = evidence.outputOf(node).share(curve::isSaturated);
    return share > LIMIT
        ? Stream.of(
            at(node, evidence, share, LIMIT, "share of outputs at the limits of the activation"))
        : Stream.empty();
  }
}
