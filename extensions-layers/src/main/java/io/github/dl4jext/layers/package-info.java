/**
 * Layers that DL4J lacks. They go into both types of network like DL4J's own; start reading at
 * {@code LayerNorm}, whose arithmetic is in {@code Standardizing}.
 */
@NullMarked
package io.github.dl4jext.layers;

import org.jspecify.annotations.NullMarked;
