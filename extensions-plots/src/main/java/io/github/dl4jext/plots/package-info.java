/** Pictures of schedules and learning curves, for pages, papers, spreadsheets and the terminal. */
@NullMarked
package io.github.dl4jext.plots;

import org.jspecify.annotations.NullMarked;
