package io.github.dl4jext.regularization.dropout;

import io.github.dl4jext.network.noise.CounterRandom;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Disturbs weights by noise that is drawn from a seed instead of ND4J's global random state, as
 * {@link SeededNoise} does for activations. A weight noise that implements this interface takes
 * part in Monte-Carlo dropout. Each sample then has its own weights, which are the same for all
 * examples.
 */
public interface SeededWeightNoise {

  /**
   * Returns a parameter, disturbed as in training.
   *
   * @param layer the layer; its {@code getParam} returns the undisturbed parameter
   * @param key the parameter's name
   * @param draws the random numbers, one row of them
   * @param iteration the iteration at which a scheduled rate is read
   * @param epoch the epoch at which a scheduled rate is read
   * @return a new array, or the parameter itself where there is no noise
   */
  INDArray disturbed(Layer layer, String key, CounterRandom draws, int iteration, int epoch);

  /**
   * Returns whether the noise changes anything at a step.
   *
   * @param iteration the iteration at which a scheduled rate is read
   * @param epoch the epoch at which a scheduled rate is read
   * @return false if it leaves parameters as they are, as a rate of 0 does; true unless overridden
   */
  default boolean actsAt(int iteration, int epoch) {
    return true;
  }
}
