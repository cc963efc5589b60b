/**
 * Averages of the weights over the steps of a training.
 *
 * <p>Start with {@code ExponentialMovingAverage}; {@code WeightAverage} is what both have in
 * common.
 */
package io.github.dl4jext.listeners.averaging;
