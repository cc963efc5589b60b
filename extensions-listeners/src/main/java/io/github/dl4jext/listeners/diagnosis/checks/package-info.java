/**
 * Provides the checks of the diagnosis of a network and its training, with one fault per file.
 *
 * <p>Start with {@code DiagnosisCheck}; {@code Examination} is what runs them.
 */
@NullMarked
package io.github.dl4jext.listeners.diagnosis.checks;

import org.jspecify.annotations.NullMarked;
