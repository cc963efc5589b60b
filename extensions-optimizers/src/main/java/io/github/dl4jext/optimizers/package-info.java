/**
 * Complete update rules, and the classes that install them on configurations and live networks.
 *
 * <p>Start with {@link io.github.dl4jext.optimizers.AdamW}.
 */
@NullMarked
package io.github.dl4jext.optimizers;

import org.jspecify.annotations.NullMarked;
