package io.github.dl4jext.network;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Random arrays for one pass through a layer, wherever the random numbers come from. A kind of
 * noise states its formula with these, once for training and for Monte-Carlo dropout.
 */
public interface NoiseSource {

  /**
   * Draws what is kept.
   *
   * @param probability of an element to be kept, in {@code [0, 1]}
   * @param shape the shape, whose first dimension counts the examples
   * @return a new array of ones and zeros
   */
  INDArray kept(double probability, long... shape);

  /**
   * Draws from the standard normal distribution.
   *
   * @param shape the shape, whose first dimension counts the examples
   * @return a new array of mean 0 and standard deviation 1
   */
  INDArray gaussian(long... shape);
}
