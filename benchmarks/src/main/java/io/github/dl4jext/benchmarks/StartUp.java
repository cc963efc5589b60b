package io.github.dl4jext.benchmarks;

import io.github.dl4jext.spi.Plugins;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a new program take to find all plugins, and how long to load ND4J? Each is measured
 * in programs of its own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
public class StartUp {

  /**
   * Finds all plugins.
   *
   * @return the catalogue
   */
  @Benchmark
  public Plugins ours() {
    return Plugins.installed();
  }

  /**
   * Loads ND4J.
   *
   * @return an array
   */
  @Benchmark
  public INDArray theirs() {
    return Nd4j.ones(1);
  }
}
