/**
 * Changes labels and examples instead of the network: label smoothing and mixup.
 *
 * <p>Start with {@code LabelSmoothing}.
 */
@NullMarked
package io.github.dl4jext.regularization.labels;

import org.jspecify.annotations.NullMarked;
