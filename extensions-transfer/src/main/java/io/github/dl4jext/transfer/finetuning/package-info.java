/**
 * Fine-tuning: rates by layer, and layers that learn one group after the other.
 *
 * <p>Start with {@code GradualUnfreezing}.
 */
@NullMarked
package io.github.dl4jext.transfer.finetuning;

import org.jspecify.annotations.NullMarked;
