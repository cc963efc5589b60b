/**
 * What ND4J's CPU backend runs on. {@code CpuAdvice} says what makes it slow on this machine,
 * {@code CpuThreads} sets and measures its threads, {@code FastLayers} has layers compute each
 * thing once.
 */
@NullMarked
package io.github.dl4jext.cpu;

import org.jspecify.annotations.NullMarked;
