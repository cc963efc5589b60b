package io.github.dl4jext.keras;

import io.github.dl4jext.regularization.penalties.L1;
import io.github.dl4jext.regularization.penalties.L2;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Finds the penalties of an object of Keras, whose l2 has no half: it is twice ours. */
final class KerasPenalties {

  private KerasPenalties() {}

  /** Finds the penalties; empty if the object is of another class. */
  static Optional<List<Regularization>> of(KerasObject object) {
    KerasFields config = object.config();
    return switch (object.name()) {
      case "L1", "l1" -> Optional.of(terms(config.number("l1", 0.01), 0));
      case "L2", "l2" -> Optional.of(terms(0, config.number("l2", 0.01)));
      case "L1L2", "l1_l2" ->
          Optional.of(
              config.values().isEmpty()
                  ? terms(0.01, 0.01)
                  : terms(config.number("l1", 0), config.number("l2", 0)));
      default -> Optional.empty();
    };
  }

  private static List<Regularization> terms(double l1, double l2) {
    List<Regularization> terms = new ArrayList<>();
    if (l1 != 0) {
      terms.add(new L1(l1));
    }
    if (l2 != 0) {
      terms.add(new L2(2 * l2));
    }
    return terms;
  }
}
