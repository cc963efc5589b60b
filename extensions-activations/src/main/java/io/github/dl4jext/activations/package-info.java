/**
 * Activations that stay finite, one file each. Start with {@code ELU}; the weight initialisers that
 * go with them are in {@code initializers}.
 */
@NullMarked
package io.github.dl4jext.activations;

import org.jspecify.annotations.NullMarked;
