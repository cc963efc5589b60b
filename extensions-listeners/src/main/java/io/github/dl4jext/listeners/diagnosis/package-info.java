/**
 * Provides listeners that report how a training goes: gradients and learning rates, layer by layer,
 * and what is wrong with them.
 *
 * <p>Start with {@code Diagnosis}, which says what is wrong, or {@code GradientMonitor}.
 */
@NullMarked
package io.github.dl4jext.listeners.diagnosis;

import org.jspecify.annotations.NullMarked;
