package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.LiveNode;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds layers of rectifiers in which many units are dead: they output the same flat value for
 * every example, so that no gradient reaches them.
 *
 * <p><b>Measured:</b> the share of units that were flat for all of the last 459 examples or more,
 * where time steps and pixels count as examples. With so many, a unit that is active in one of a
 * hundred is seen to be active with a probability of 0.99. Before the first step, when a unit is
 * active for about half of the examples, 32 are enough.
 *
 * <p><b>Limit:</b> 0.4, the share at which CS231n calls a network dead because of too high a rate.
 *
 * @see <a href="https://cs231n.github.io/neural-networks-1/#actfun">CS231n: commonly used
 *     activation functions</a>
 */
@AutoService(DiagnosisCheck.class)
public final class DeadUnits extends DiagnosisCheck {

  private static final double LIMIT = 0.4;

  private static final int ENOUGH_BEFORE_TRAINING = 32;

  /** For {@link java.util.ServiceLoader}. */
  public DeadUnits() {
    super(
        new About(
            "dead_units",
            Severity.WARNING,
            "Units of ReLU output 0 for every input",
            "lower the rate or warm it up, begin with He weights and biases of 0, or take an activation with a slope below zero",
            List.of("leaky_relu", "elu", "he_normal", "warmup"),
            "activations"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.nodes().flatMap(node -> look(node, evidence));
  }

  private Stream<Finding> look(LiveNode node, Evidence evidence) {
    UnitWindow window = evidence.window(node).orElse(null);
    if (window == null
        || !window.isEnough()
            && !(evidence.isUntrained() && window.rows() >= ENOUGH_BEFORE_TRAINING)) {
      return Stream.empty();
    }
    double flat = evidence.curve(node).orElseThrow().flatValue();
    long dead =
        IntStream.range(0, window.units()).filter(unit -> window.constantOf(unit) == flat).count();
    double share = (double) dead / window.units();
    return share > LIMIT
        ? Stream.of(
            at(
                node,
                evidence,
                share,
                LIMIT,
                "share of units with the same flat output for all of "
                    + window.rows()
                    + " examples"))
        : Stream.empty();
  }
}
