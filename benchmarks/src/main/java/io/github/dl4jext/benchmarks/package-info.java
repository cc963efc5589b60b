/** Benchmarks against DL4J's own classes and other programs; JMH runs them. */
package io.github.dl4jext.benchmarks;
