/**
 * Random numbers that dropout, noise and Monte-Carlo dropout draw. Start with {@code NoiseSource},
 * from which they take them, and {@code CounterRandom}, of which every number follows from its
 * place.
 */
@NullMarked
package io.github.dl4jext.network.noise;

import org.jspecify.annotations.NullMarked;
