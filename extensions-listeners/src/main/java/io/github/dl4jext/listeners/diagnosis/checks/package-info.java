/**
 * Provides the checks of the diagnosis of a network and its training, with one fault per file.
 *
 * <p>Start with {@code DiagnosisCheck}; {@code Examination} runs the checks.
 */
@NullMarked
package io.github.dl4jext.listeners.diagnosis.checks;

import org.jspecify.annotations.NullMarked;
