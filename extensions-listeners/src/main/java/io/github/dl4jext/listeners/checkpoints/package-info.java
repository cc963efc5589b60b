/**
 * Saves checkpoints of a training, each written as a whole or not at all.
 *
 * <p>Start with {@code Checkpoint}.
 */
@NullMarked
package io.github.dl4jext.listeners.checkpoints;

import org.jspecify.annotations.NullMarked;
