/**
 * Pretraining without labels: autoencoders and Boltzmann machines.
 *
 * <p>Start with {@code StackedAutoencoder}.
 */
package io.github.dl4jext.transfer.pretraining;
