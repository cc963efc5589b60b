/**
 * The labelled images that the experiments train on: drawn here, read from a folder, or downloaded.
 * Start with {@link io.github.dl4jext.textbook.data.DataSource}.
 */
package io.github.dl4jext.textbook.data;
