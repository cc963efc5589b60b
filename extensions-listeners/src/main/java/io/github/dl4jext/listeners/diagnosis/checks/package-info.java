/**
 * Provides the checks by which a network and its training are diagnosed: one fault, one file.
 *
 * <p>Start with {@code DiagnosisCheck}; {@code Examination} is what runs them.
 */
@NullMarked
package io.github.dl4jext.listeners.diagnosis.checks;

import org.jspecify.annotations.NullMarked;
