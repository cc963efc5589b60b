/** Pictures of schedules and learning curves, for pages, papers, spreadsheets and the terminal. */
package io.github.dl4jext.plots;
