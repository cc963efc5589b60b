package io.github.dl4jext.benchmarks;

import io.github.dl4jext.optimizers.Adam;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a step take for a hundred layers of a hundred units, and how long for ten, where
 * {@code Optimizer.configure} has set Adam? The step has 32 examples, and the activation is SELU.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxbytes=4G",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"
    })
public class DepthStep {

  /** The number of layers without the output layer. */
  @Param({"100", "10"})
  public int layers;

  private MultiLayerNetwork net;
  private DataSet batch;

  /** Makes the network and the examples. */
  @Setup
  public void setUp() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(1).activation(Activation.SELU).list();
    for (int i = 0; i < layers; i++) {
      list.layer(new DenseLayer.Builder().nIn(100).nOut(100).build());
    }
    list.layer(new OutputLayer.Builder().nIn(100).nOut(10).activation(Activation.SOFTMAX).build());
    MultiLayerConfiguration configuration = new Adam(1e-9).configure(list.build());
    net = new MultiLayerNetwork(configuration);
    net.init();
    Nd4j.getRandom().setSeed(1);
    batch =
        new DataSet(
            Nd4j.rand(DataType.FLOAT, 32, 100),
            Nd4j.eye(10).repeat(0, 4).getRows(java.util.stream.IntStream.range(0, 32).toArray()));
  }

  /** One step. */
  @Benchmark
  public void step() {
    net.fit(batch);
  }
}
