/**
 * Random numbers that dropout, noise and Monte-Carlo dropout draw. Start with {@code NoiseSource},
 * through which they draw, and {@code CounterRandom}, whose numbers depend only on the seed and the
 * place.
 */
@NullMarked
package io.github.dl4jext.network.noise;

import org.jspecify.annotations.NullMarked;
