package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.network.noise.CounterRandom;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Disturbs weights by noise that is drawn from a seed instead of ND4J's global random state: as
 * {@link SeededNoise} does for activations. A weight noise that implements it takes part in
 * Monte-Carlo dropout; each sample then has weights of its own, the same for all examples.
 */
public interface SeededWeightNoise {

  /**
   * Gives a parameter, disturbed as in training.
   *
   * @param layer the layer, whose {@code getParam} has the parameter as it is
   * @param key the parameter's name
   * @param draws random numbers, of one row
   * @param iteration the iteration at which a scheduled rate is read
   * @param epoch the epoch at which a scheduled rate is read
   * @return a new array, or the parameter itself where there is no noise
   */
  INDArray disturbed(Layer layer, String key, CounterRandom draws, int iteration, int epoch);

  /**
   * Says whether it changes anything at a step.
   *
   * @param iteration the iteration at which a scheduled rate is read
   * @param epoch the epoch at which a scheduled rate is read
   * @return false if it leaves parameters as they are, as a rate of 0 does; true unless overridden
   */
  default boolean actsAt(int iteration, int epoch) {
    return true;
  }
}
