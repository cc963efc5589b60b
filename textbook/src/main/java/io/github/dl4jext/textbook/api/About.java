package io.github.dl4jext.textbook.api;

import java.time.Duration;

/**
 * What the command line and the report say about an experiment.
 *
 * @param name what it is called there: in kebab-case, such as {@code batch-of-one}, and of no other
 *     experiment
 * @param title what it shows, in one line
 * @param cost roughly how long one seed takes with the embedded images and the default epochs, on
 *     two cores; more than zero
 * @param defaultEpochs the epochs to train for if the user does not say, at least 1
 */
public record About(String name, String title, Duration cost, int defaultEpochs) {}
