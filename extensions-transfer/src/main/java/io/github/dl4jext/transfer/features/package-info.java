/**
 * The feature cache: what frozen layers compute is computed once, and the rest trained on it.
 *
 * <p>Start with {@code FeatureCache}.
 */
@NullMarked
package io.github.dl4jext.transfer.features;

import org.jspecify.annotations.NullMarked;
