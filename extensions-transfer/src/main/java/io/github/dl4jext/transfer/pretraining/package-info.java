/**
 * Pretraining without labels: autoencoders and Boltzmann machines.
 *
 * <p>Start with {@code StackedAutoencoder}.
 */
@NullMarked
package io.github.dl4jext.transfer.pretraining;

import org.jspecify.annotations.NullMarked;
