/**
 * Layers that DL4J lacks, which are used in both types of network like its own. Start reading at
 * {@code LayerNorm}, whose arithmetic is in {@code Standardizing}, then {@code SwiGLU} and {@code
 * Resizing}.
 */
@NullMarked
package io.github.dl4jext.layers;

import org.jspecify.annotations.NullMarked;
