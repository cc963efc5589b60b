/**
 * Weights of a PyTorch model for a DL4J network.
 *
 * <p>Start with {@code TorchWeights}.
 */
@NullMarked
package io.github.dl4jext.transfer.torch;

import org.jspecify.annotations.NullMarked;
