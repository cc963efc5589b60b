package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.network.noise.CounterRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Disturbs activations by noise that is drawn from a seed per row instead of ND4J's global random
 * state.
 *
 * <p>A dropout that implements this interface takes part in Monte-Carlo dropout. The noise of a row
 * then depends on the row's seed alone, so that a prediction is the same for every batch size and
 * on every thread.
 */
public interface SeededNoise {

  /**
   * Disturbs activations in place, as in training.
   *
   * @param activations one example per index of dimension 0, of any rank, order and stride
   * @param draws the random numbers of each row
   * @param iteration the iteration at which a scheduled rate is read
   * @param epoch the epoch at which a scheduled rate is read
   */
  void disturb(INDArray activations, CounterRandom draws, int iteration, int epoch);

  /**
   * Returns whether the noise changes anything at a step.
   *
   * @param iteration the iteration at which a scheduled rate is read
   * @param epoch the epoch at which a scheduled rate is read
   * @return false if it leaves activations as they are, as a rate of 0 does; true unless overridden
   */
  default boolean actsAt(int iteration, int epoch) {
    return true;
  }
}
