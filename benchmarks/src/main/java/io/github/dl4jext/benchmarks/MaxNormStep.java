package io.github.dl4jext.benchmarks;

import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
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
 * How long does a step of 784-300-100-10 with Adam and 32 examples take without max-norm, with ours
 * and with DL4J's, where no norm reaches the limit and where every norm exceeds it?
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
public class MaxNormStep {

  /** Whose constraint it is. */
  public enum Whose {
    /** No constraint. */
    NONE,
    /** This library's. */
    OURS,
    /** DL4J's. */
    THEIRS
  }

  /** Whose constraint it is. */
  @Param({"NONE", "OURS", "THEIRS"})
  public Whose whose;

  /** A limit that no norm reaches, and one that every norm exceeds after a step. */
  @Param({"100", "0.01"})
  public double limit;

  private MultiLayerNetwork net;
  private DataSet batch;

  /** Makes the network and the examples. */
  @Setup
  public void setUp() {
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .activation(Activation.RELU)
            // So small a rate that the batch is never fitted: gradients near 0 take longer.
            .updater(new Adam(1e-9));
    if (whose == Whose.THEIRS) {
      base.constrainWeights(new MaxNormConstraint(limit, 0));
    }
    MultiLayerConfiguration conf =
        base.list()
            .layer(new DenseLayer.Builder().nIn(784).nOut(300).build())
            .layer(new DenseLayer.Builder().nIn(300).nOut(100).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(100)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    if (whose == Whose.OURS) {
      Constraints.onWeights(conf, new MaxNorm(limit));
    }
    net = new MultiLayerNetwork(conf);
    net.init();
    Nd4j.getRandom().setSeed(2);
    batch =
        new DataSet(
            Nd4j.rand(DataType.FLOAT, 32, 784),
            Nd4j.eye(10).repeat(0, 4).getRows(java.util.stream.IntStream.range(0, 32).toArray()));
  }

  /** One step. */
  @Benchmark
  public void step() {
    net.fit(batch);
  }
}
