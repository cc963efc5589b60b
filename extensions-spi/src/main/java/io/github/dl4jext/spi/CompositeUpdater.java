package io.github.dl4jext.spi;

import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Makes steps out of those of another updater, as Lookahead and gradient accumulation do. DL4J
 * applies a regularization in every minibatch, which is the wrong time for such an updater. The
 * updater therefore adapts the regularizations that act beside it: the terms of an optimizer, and a
 * user's own weight decay.
 */
public interface CompositeUpdater extends IUpdater {

  /**
   * Adapts a regularization, so that it acts in the steps of the wrapped updater.
   *
   * @param term a regularization that acts beside the updater and has not been adapted yet
   * @return an {@link OptimizerTerm} whose {@link OptimizerTerm#unwrapped()} is the term, or the
   *     term itself if it acts correctly without being adapted
   */
  Regularization adapted(Regularization term);
}
