/**
 * Checkpoints of a training, each written as a whole or not at all.
 *
 * <p>Start with {@code Checkpoint}.
 */
package io.github.dl4jext.listeners.checkpoints;
