package io.github.dl4jext.listeners.diagnosis.checks;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds hidden layers whose weights are all the same number, such as 0. Their units compute the
 * same output, get the same gradient, and never become different.
 *
 * <p><b>Measured:</b> whether the weight matrix of a hidden layer with several units contains
 * different numbers. An output layer may begin at 0, because its units have different labels.
 *
 * <p><b>Limit:</b> at least 2 different numbers.
 *
 * @see <a href="https://cs231n.github.io/neural-networks-2/#init">CS231n: weight initialization,
 *     all zero</a>
 */
@AutoService(DiagnosisCheck.class)
public final class SymmetricWeights extends DiagnosisCheck {

  private static final int LIMIT = 2;

  /** For {@link java.util.ServiceLoader}. */
  public SymmetricWeights() {
    super(
        new About(
            "symmetric_weights",
            Severity.ERROR,
            "All units of a layer are the same",
            "begin with random weights",
            List.of("he_normal", "glorot_uniform", "lecun_normal"),
            "activations"));
  }

  @Override
  Stream<Finding> look(Evidence evidence) {
    return evidence.matrices().stream()
        .filter(matrix -> !matrix.node().isOutput())
        .filter(matrix -> !matrix.node().type().contains("Embedding"))
        .filter(matrix -> matrix.slot().value().length() > matrix.fanIn())
        .filter(matrix -> isOneNumber(matrix.slot().value()))
        .map(
            matrix ->
                at(
                    matrix.node(),
                    evidence,
                    1,
                    LIMIT,
                    "different numbers in " + matrix.slot().parameter()));
  }

  private static boolean isOneNumber(INDArray weights) {
    return weights.minNumber().doubleValue() == weights.maxNumber().doubleValue();
  }
}
