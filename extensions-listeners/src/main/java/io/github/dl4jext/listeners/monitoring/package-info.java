/**
 * Provides listeners that watch a figure and act on it: early stopping, reduce on plateau, history.
 *
 * <p>Start with {@code EarlyStopping}.
 */
@NullMarked
package io.github.dl4jext.listeners.monitoring;

import org.jspecify.annotations.NullMarked;
