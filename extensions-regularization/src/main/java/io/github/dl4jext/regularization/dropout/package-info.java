/**
 * Dropout of every kind, on activations and on weights, each from one formula.
 *
 * <p>Start with {@code Dropout}; {@code ActivationNoise} is what all of them have in common.
 */
@NullMarked
package io.github.dl4jext.regularization.dropout;

import org.jspecify.annotations.NullMarked;
