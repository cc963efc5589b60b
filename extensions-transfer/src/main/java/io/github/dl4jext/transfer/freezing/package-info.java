/**
 * Freezing of layers and back, with all that belongs to them.
 *
 * <p>Start with {@code Freezing}; the frozen layers' classes are public for saved models only.
 */
@NullMarked
package io.github.dl4jext.transfer.freezing;

import org.jspecify.annotations.NullMarked;
