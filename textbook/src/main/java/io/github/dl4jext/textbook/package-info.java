/**
 * The textbook chapter as a program. {@link io.github.dl4jext.textbook.Main} starts it; {@code
 * api.Experiment} defines an experiment, and {@code run.RunCommand} runs experiments.
 */
package io.github.dl4jext.textbook;
