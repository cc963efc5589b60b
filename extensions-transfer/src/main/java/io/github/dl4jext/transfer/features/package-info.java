/**
 * The feature cache: the outputs of frozen layers are computed once, and the layers above are
 * trained on them.
 *
 * <p>Start with {@code FeatureCache}.
 */
@NullMarked
package io.github.dl4jext.transfer.features;

import org.jspecify.annotations.NullMarked;
