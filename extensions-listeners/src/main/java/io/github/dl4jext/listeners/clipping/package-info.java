/**
 * Listeners that limit gradients before the updater sees them.
 *
 * <p>Start with {@code ClipByGlobalNorm}.
 */
package io.github.dl4jext.listeners.clipping;
