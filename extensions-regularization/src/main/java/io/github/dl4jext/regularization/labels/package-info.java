/**
 * What is changed in the data, not in the network: smoothed labels and mixed examples.
 *
 * <p>Start with {@code LabelSmoothing}.
 */
package io.github.dl4jext.regularization.labels;
