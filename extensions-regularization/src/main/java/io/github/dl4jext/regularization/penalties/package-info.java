/**
 * Penalties on weights: L1, L2 and weight decay.
 *
 * <p>Start with {@code Regularizations}, which puts them on a network, and {@code L2}.
 */
@NullMarked
package io.github.dl4jext.regularization.penalties;

import org.jspecify.annotations.NullMarked;
