/**
 * Measures how sure a network is, by Monte-Carlo dropout, and how well calibrated its probabilities
 * are.
 *
 * <p>Start with {@code MonteCarloDropout}.
 */
@NullMarked
package io.github.dl4jext.uncertainty;

import org.jspecify.annotations.NullMarked;
