/**
 * Provides averages of the weights over the steps of a training.
 *
 * <p>Start with {@code ExponentialMovingAverage}; {@code WeightAverage} is the base class of both.
 */
@NullMarked
package io.github.dl4jext.listeners.averaging;

import org.jspecify.annotations.NullMarked;
