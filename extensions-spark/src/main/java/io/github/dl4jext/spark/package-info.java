/**
 * Trains a network on a Spark cluster, as DL4J's training masters do. Start with {@code
 * SparkTraining}.
 */
@NullMarked
package io.github.dl4jext.spark;

import org.jspecify.annotations.NullMarked;
