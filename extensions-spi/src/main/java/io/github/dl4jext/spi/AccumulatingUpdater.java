package io.github.dl4jext.spi;

import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Sums the gradients of several minibatches and makes a step by their mean. Code that looks at
 * gradients before the updater does, such as clipping, asks here whether a minibatch completes a
 * step, and of how many minibatches that step consists.
 */
public interface AccumulatingUpdater extends IUpdater {

  /**
   * The number of minibatches in the step that a minibatch completes.
   *
   * @param iteration the network's count of minibatches, from 0
   * @return the number, this minibatch included; 0 if it completes no step
   */
  int minibatchesOfStep(int iteration);

  /**
   * The name of the state array that sums the gradients of a step's earlier minibatches.
   *
   * @return the array's name
   */
  String sumName();
}
