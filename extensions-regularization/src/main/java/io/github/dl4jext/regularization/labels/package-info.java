/**
 * Changes labels and examples instead of the network: label smoothing and mixup.
 *
 * <p>Start with {@code LabelSmoothing}.
 */
package io.github.dl4jext.regularization.labels;
