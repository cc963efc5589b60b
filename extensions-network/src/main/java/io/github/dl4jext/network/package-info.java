/**
 * One interface to DL4J's two network types, {@code MultiLayerNetwork} and {@code
 * ComputationGraph}. Start with {@code Network}.
 */
@NullMarked
package io.github.dl4jext.network;

import org.jspecify.annotations.NullMarked;
