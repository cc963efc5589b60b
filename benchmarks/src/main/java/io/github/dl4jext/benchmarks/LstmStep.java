package io.github.dl4jext.benchmarks;

import io.github.dl4jext.benchmarks.DenseStep.Whose;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
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
 * How long does a step of {@code fit} of an LSTM of 64 units take, on sequences of 20 steps of 16
 * numbers, with this library's Adam and with DL4J's?
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
public class LstmStep {

  /** Whose Adam it is. */
  @Param({"OURS", "THEIRS"})
  public Whose whose;

  /** The number of examples of a step. */
  @Param({"32", "128", "512"})
  public int batchSize;

  private MultiLayerNetwork net;
  private DataSet batch;

  /** Makes the network and the examples. */
  @Setup
  public void setUp() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(1e-9)) // so small a rate that the gradients stay the same
            .list()
            .layer(new LSTM.Builder().nIn(16).nOut(64).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nIn(64)
                    .nOut(4)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    if (whose == Whose.OURS) {
      new io.github.dl4jext.optimizers.Adam(1e-9).configure(configuration);
    }
    net = new MultiLayerNetwork(configuration);
    net.init();
    Nd4j.getRandom().setSeed(1);
    batch =
        new DataSet(
            Nd4j.rand(DataType.FLOAT, batchSize, 16, 20),
            Nd4j.rand(DataType.FLOAT, batchSize, 4, 20));
  }

  /** One step. */
  @Benchmark
  public void step() {
    net.fit(batch);
  }
}
