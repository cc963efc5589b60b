/**
 * Weights of PyTorch in a network of DL4J.
 *
 * <p>Start with {@code TorchWeights}.
 */
@NullMarked
package io.github.dl4jext.transfer.torch;

import org.jspecify.annotations.NullMarked;
