/**
 * Constraints on weights, such as max-norm, which are applied after each step.
 *
 * <p>Start with {@code Constraints}, which puts them on a network, and {@code MaxNorm}.
 */
@NullMarked
package io.github.dl4jext.regularization.constraints;

import org.jspecify.annotations.NullMarked;
