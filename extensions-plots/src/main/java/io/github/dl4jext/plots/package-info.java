/**
 * Draws schedules and learning curves, for pages, papers and the terminal. Start with {@link
 * io.github.dl4jext.plots.LineChart}.
 */
package io.github.dl4jext.plots;
