/**
 * The labelled images that the experiments train on: drawn here, read from a folder, or fetched.
 */
package io.github.dl4jext.textbook.data;
