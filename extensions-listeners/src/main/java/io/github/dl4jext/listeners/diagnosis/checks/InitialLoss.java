package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds a loss before training that is far above that of chance. The network then begins with
 * confident wrong answers, which it must first unlearn.
 *
 * <p><b>Measured:</b> the cross entropy without penalties before the first step, divided by that of
 * equal probabilities, which is ln K for K classes and ln 2 for yes and no.
 *
 * <p><b>Limit:</b> 4: the right class then has a probability of K^-4, in the geometric mean. With
 * the initialisers that suit the activations the figure is 1 to 2.5. A far lower figure is that of
 * a network that was trained before.
 *
 * @see <a href="https://cs231n.github.io/neural-networks-3/#sanitycheck">CS231n: look for correct
 *     loss at chance performance</a>
 */
@AutoService(DiagnosisCheck.class)
public final class InitialLoss extends DiagnosisCheck {

  private static final double LIMIT = 4;

  private static final double LEAST = 1e-30;

  /** For {@link java.util.ServiceLoader}. */
  public InitialLoss() {
    super(
        new About(
            "initial_loss",
            Severity.WARNING,
            "The loss begins far above that of guessing",
            "begin with smaller weights in the output layer, and scale the inputs",
            List.of("glorot_uniform", "lecun_normal", "rescaling"),
            "activations"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.ends().stream()
        .filter(end -> evidence.isUntrained() && (end.isOfClasses() || end.isBinary()))
        .flatMap(end -> look(end, evidence));
  }

  private Stream<Finding> look(OutputEnd end, Evidence evidence) {
    int units = end.labels().units();
    int rows = end.labels().rows();
    double[] loss = new double[1];
    end.predicted()
        .beside(
            end.labels(),
            (probability, label) -> {
              loss[0] -= label * Math.log(Math.max(probability, LEAST));
              loss[0] -=
                  end.isBinary() ? (1 - label) * Math.log(Math.max(1 - probability, LEAST)) : 0;
            });
    double chance = end.isBinary() ? units * Math.log(2) : Math.log(units);
    double ratio = loss[0] / rows / chance;
    return ratio > LIMIT
        ? Stream.of(
            at(
                end.node(),
                evidence,
                ratio,
                LIMIT,
                "cross entropy before training, divided by that of chance"))
        : Stream.empty();
  }
}
