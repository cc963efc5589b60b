/**
 * Measures how sure a network is: Monte-Carlo dropout, and calibration of its probabilities. Start
 * with {@code MonteCarloDropout}.
 */
@NullMarked
package io.github.dl4jext.uncertainty;

import org.jspecify.annotations.NullMarked;
