/**
 * Saves checkpoints of a training, each written as a whole or not at all.
 *
 * <p>Start with {@code Checkpoint}; {@code Resumed} goes on from one, {@code CheckpointFile} is the
 * format.
 */
@NullMarked
package io.github.dl4jext.listeners.checkpoints;

import org.jspecify.annotations.NullMarked;
