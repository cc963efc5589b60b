/**
 * Provides listeners that report how a training goes: gradients and learning rates, layer by layer.
 *
 * <p>Start with {@code GradientMonitor}.
 */
@NullMarked
package io.github.dl4jext.listeners.diagnosis;

import org.jspecify.annotations.NullMarked;
