/**
 * New networks from pretrained ones: other heads, more layers.
 *
 * <p>Start with {@code TransferBuilder}.
 */
package io.github.dl4jext.transfer.surgery;
