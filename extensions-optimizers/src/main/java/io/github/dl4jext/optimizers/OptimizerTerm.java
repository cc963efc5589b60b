package io.github.dl4jext.optimizers;

import java.util.Optional;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * What an optimizer puts among the regularizations of a layer; known by its type, so that another
 * optimizer can take it away again.
 */
interface OptimizerTerm extends Regularization {

  /**
   * The same under {@link Lookahead}, which takes only a share of the fast steps.
   *
   * @return empty if it cannot be
   */
  Optional<OptimizerTerm> slowed(double share);

  /**
   * The same when gradients of several minibatches make one step.
   *
   * @return empty if it cannot be
   */
  default Optional<OptimizerTerm> every(int minibatches) {
    return applyStep() == ApplyStep.POST_UPDATER
        ? Optional.of(new EveryNth(this, minibatches))
        : Optional.empty();
  }

  @Override
  OptimizerTerm clone();
}
