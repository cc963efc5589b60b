/**
 * Activations that stay finite, and the weight initialisers that go with them, one file each. Start
 * with {@code ELU} and {@code VarianceScaling}; {@code WeightInitAdvice} checks a network.
 */
@NullMarked
package io.github.dl4jext.activations;

import org.jspecify.annotations.NullMarked;
