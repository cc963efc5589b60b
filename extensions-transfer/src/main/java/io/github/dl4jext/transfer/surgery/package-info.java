/**
 * New networks made from pretrained ones: other heads, more layers.
 *
 * <p>Start with {@code TransferBuilder}.
 */
@NullMarked
package io.github.dl4jext.transfer.surgery;

import org.jspecify.annotations.NullMarked;
