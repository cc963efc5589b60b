/**
 * Saves checkpoints of a training, each of which is written completely or not at all.
 *
 * <p>Start with {@code Checkpoint}; {@code Resumed} resumes a training from one.
 */
@NullMarked
package io.github.dl4jext.listeners.checkpoints;

import org.jspecify.annotations.NullMarked;
