package io.github.dl4jext.network.noise;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Draws random arrays for one pass through a layer, wherever the random numbers come from. A kind
 * of dropout states its formula with these, once for training and for Monte-Carlo dropout.
 */
public interface NoiseSource {

  /**
   * Draws from the Bernoulli distribution.
   *
   * @param type of the array, float or double
   * @param probability of a 1, in {@code [0, 1]}
   * @param shape the shape, whose first dimension counts the examples
   * @return a new array of ones and zeros
   */
  INDArray bernoulli(DataType type, double probability, long... shape);

  /**
   * Draws from the standard normal distribution.
   *
   * @param type of the array, float or double
   * @param shape the shape, whose first dimension counts the examples
   * @return a new array of mean 0 and standard deviation 1
   */
  INDArray gaussian(DataType type, long... shape);
}
