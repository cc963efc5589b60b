/**
 * Writes files of a training for TensorBoard.
 *
 * <p>Start with {@link io.github.dl4jext.tensorboard.TensorBoard}.
 */
@NullMarked
package io.github.dl4jext.tensorboard;

import org.jspecify.annotations.NullMarked;
