/**
 * Dropout of every kind, on activations and on weights, each from one formula.
 *
 * <p>Start with {@code Dropout}; all of them extend {@code ActivationNoise}.
 */
@NullMarked
package io.github.dl4jext.regularization.dropout;

import org.jspecify.annotations.NullMarked;
