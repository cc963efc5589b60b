package io.github.dl4jext.spi;

import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Makes steps out of those of another updater, as Lookahead and gradient accumulation do, so that
 * DL4J, which applies a regularization in every minibatch, would apply it at the wrong time. It
 * adapts what acts beside it, be it a term of an optimizer or a user's own weight decay.
 */
public interface CompositeUpdater extends IUpdater {

  /**
   * Adapts a regularization, so that it acts in the steps of the updater that is wrapped.
   *
   * @param term what acts beside the updater, and is not adapted yet
   * @return an {@link OptimizerTerm} whose {@link OptimizerTerm#unwrapped()} is the term, or the
   *     term itself where it acts rightly
   */
  Regularization adapted(Regularization term);
}
