/**
 * What an experiment is, what it claims, and what comes out of a run. Start with {@link
 * io.github.dl4jext.textbook.api.Experiment}.
 */
package io.github.dl4jext.textbook.api;
