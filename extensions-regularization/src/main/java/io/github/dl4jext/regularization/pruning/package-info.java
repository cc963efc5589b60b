/**
 * Sets the weights that count least to 0 and keeps them there: at once, or little by little while a
 * network is trained.
 *
 * <p>Start with {@code Pruning}.
 */
@NullMarked
package io.github.dl4jext.regularization.pruning;

import org.jspecify.annotations.NullMarked;
