/**
 * Benchmarks that compare this library with DL4J's own classes and with other libraries. JMH runs
 * them, or {@link io.github.dl4jext.benchmarks.Ratios}.
 */
package io.github.dl4jext.benchmarks;
