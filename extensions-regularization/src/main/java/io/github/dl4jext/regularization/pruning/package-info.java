/**
 * Sets the weights that matter least to 0 and keeps them there: at once, or gradually while a
 * network is trained.
 *
 * <p>Start with {@code Pruning}.
 */
@NullMarked
package io.github.dl4jext.regularization.pruning;

import org.jspecify.annotations.NullMarked;
