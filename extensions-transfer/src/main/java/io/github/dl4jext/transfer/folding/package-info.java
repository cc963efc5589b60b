/**
 * Networks made ready for inference: batch norm folded into weights, weights of lower precision.
 *
 * <p>Start with {@code BatchNormFolding}.
 */
@NullMarked
package io.github.dl4jext.transfer.folding;

import org.jspecify.annotations.NullMarked;
