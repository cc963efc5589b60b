/** Activations that stay finite, and the weight initialisers that go with them. */
package io.github.dl4jext.activations;
