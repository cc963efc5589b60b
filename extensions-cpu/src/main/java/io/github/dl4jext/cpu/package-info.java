/**
 * Kernels, instructions and threads of ND4J's CPU backend. {@code CpuAdvice} reports what makes it
 * slow on this machine, {@code CpuThreads} sets and measures its threads, {@code FastLayers} has
 * layers compute each thing once.
 */
@NullMarked
package io.github.dl4jext.cpu;

import org.jspecify.annotations.NullMarked;
