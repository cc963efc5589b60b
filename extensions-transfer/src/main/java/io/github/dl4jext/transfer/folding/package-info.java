/**
 * Networks made ready for inference: batch normalization folded into weights, weights of lower
 * precision, and superfluous units removed.
 *
 * <p>Start with {@code BatchNormFolding}.
 */
@NullMarked
package io.github.dl4jext.transfer.folding;

import org.jspecify.annotations.NullMarked;
