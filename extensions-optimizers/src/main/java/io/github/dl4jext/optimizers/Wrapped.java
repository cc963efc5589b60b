package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Optimizer;
import java.util.List;
import java.util.Optional;

/** What an optimizer around another one needs to know of it. */
final class Wrapped {

  private Wrapped() {}

  static Optional<UpdateRule> rule(Optimizer optimizer) {
    if (optimizer instanceof UpdateRule rule) {
      return Optional.of(rule);
    }
    return optimizer instanceof CompositeOptimizer composite
        ? Optional.of(composite.rule())
        : Optional.empty();
  }

  static List<OptimizerTerm> terms(Optimizer optimizer) {
    return optimizer instanceof CompositeOptimizer composite ? composite.terms() : List.of();
  }

  static ParameterFilter filter(Optimizer optimizer) {
    return optimizer instanceof CompositeOptimizer composite
        ? composite.filter()
        : ParameterFilter.weights();
  }
}
