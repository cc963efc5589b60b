/**
 * Trains a network by several workers of one program, as DL4J's {@code ParallelWrapper} does. Start
 * with {@code ParallelTraining}.
 */
@NullMarked
package io.github.dl4jext.parallel;

import org.jspecify.annotations.NullMarked;
