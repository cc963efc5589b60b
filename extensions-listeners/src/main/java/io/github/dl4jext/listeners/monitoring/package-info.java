/**
 * Provides listeners that watch a figure and act on it, such as early stopping, lower rates on a
 * plateau, a history, and reactions to NaN.
 *
 * <p>Start with {@code EarlyStopping}.
 */
@NullMarked
package io.github.dl4jext.listeners.monitoring;

import org.jspecify.annotations.NullMarked;
