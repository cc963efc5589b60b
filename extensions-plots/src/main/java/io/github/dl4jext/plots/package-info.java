/**
 * Draws schedules and learning curves, for pages, papers and the terminal.
 *
 * <p>Start with {@link io.github.dl4jext.plots.LineChart}.
 */
@NullMarked
package io.github.dl4jext.plots;

import org.jspecify.annotations.NullMarked;
