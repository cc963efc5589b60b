/**
 * The learning-rate finder: a sweep over rates, and the rates that it suggests.
 *
 * <p>Start with {@code LearningRateFinder}.
 */
@NullMarked
package io.github.dl4jext.schedules.finder;

import org.jspecify.annotations.NullMarked;
