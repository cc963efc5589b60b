/**
 * Provides listeners that report on a training: gradients and learning rates, layer by layer, and
 * faults.
 *
 * <p>Start with {@code Diagnosis}, which finds faults, or {@code GradientMonitor}.
 */
@NullMarked
package io.github.dl4jext.listeners.diagnosis;

import org.jspecify.annotations.NullMarked;
