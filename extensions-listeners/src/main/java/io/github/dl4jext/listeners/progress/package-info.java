/**
 * Shows progress by a bar in a terminal, or by lines in a log.
 *
 * <p>Start with {@code ProgressBar}.
 */
@NullMarked
package io.github.dl4jext.listeners.progress;

import org.jspecify.annotations.NullMarked;
