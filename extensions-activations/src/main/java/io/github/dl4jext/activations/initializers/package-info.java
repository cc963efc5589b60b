/**
 * Weight initialisers by name, and advice on which of them suit a network's layers.
 *
 * <p>Start with {@code HeNormal}, {@code VarianceScaling} and {@code WeightInitAdvice}.
 */
@NullMarked
package io.github.dl4jext.activations.initializers;

import org.jspecify.annotations.NullMarked;
