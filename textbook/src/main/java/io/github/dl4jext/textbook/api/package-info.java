/**
 * Defines experiments, their claims, and the results of a run. Start with {@link
 * io.github.dl4jext.textbook.api.Experiment}.
 */
package io.github.dl4jext.textbook.api;
