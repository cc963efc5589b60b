/**
 * Writes what TensorBoard shows of a training.
 *
 * <p>Start with {@link io.github.dl4jext.tensorboard.TensorBoard}.
 */
@NullMarked
package io.github.dl4jext.tensorboard;

import org.jspecify.annotations.NullMarked;
