/**
 * Provides listeners that limit gradients before the updater uses them.
 *
 * <p>Start with {@code ClipByGlobalNorm}.
 */
@NullMarked
package io.github.dl4jext.listeners.clipping;

import org.jspecify.annotations.NullMarked;
