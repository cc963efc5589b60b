package io.github.dl4jext.spi;

import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Sums the gradients of several minibatches and makes a step by their mean. What looks at gradients
 * before the updater does, such as clipping, asks here when there is a step, and of how many
 * minibatches.
 */
public interface AccumulatingUpdater extends IUpdater {

  /**
   * How many minibatches the step consists of that a minibatch completes.
   *
   * @param iteration the network's count of minibatches, from 0
   * @return the number, this minibatch included; 0 if it completes no step
   */
  int minibatchesOfStep(int iteration);

  /**
   * The state array that sums the gradients of the minibatches before.
   *
   * @return its name
   */
  String sumName();
}
