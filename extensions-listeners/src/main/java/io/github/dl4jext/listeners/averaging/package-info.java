/**
 * Provides averages of the weights over the steps of a training.
 *
 * <p>Start with {@code ExponentialMovingAverage}; {@code WeightAverage} is what both have in
 * common.
 */
@NullMarked
package io.github.dl4jext.listeners.averaging;

import org.jspecify.annotations.NullMarked;
