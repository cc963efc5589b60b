/**
 * The experiments of the chapter, each in a file that shows all of it and can be copied. Start with
 * {@code BatchNorm}; what they have in common is {@link io.github.dl4jext.textbook.api.Experiment}.
 */
package io.github.dl4jext.textbook.experiments;
