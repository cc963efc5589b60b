/**
 * Freezing and unfreezing of layers.
 *
 * <p>Start with {@code Freezing}; the frozen layers' classes are public for saved models only.
 */
@NullMarked
package io.github.dl4jext.transfer.freezing;

import org.jspecify.annotations.NullMarked;
