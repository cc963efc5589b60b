package io.github.dl4jext.benchmarks;

import io.github.dl4jext.uncertainty.MonteCarloDropout;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
 * How long do 100 samples of 1,000 examples take, through 784-100-100-10 with dropout on the hidden
 * layers, or on the input as well? {@code ours} also computes spread, entropies and votes; {@code
 * theirs} calls {@code output(x, true)} a hundred times and computes only the mean.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxbytes=4G",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"
    })
public class MonteCarlo {

  private static final int SAMPLES = 100;
  private static final int EXAMPLES = 1000;

  /** Where dropout is. */
  public enum Where {
    /** In front of the second and third layer. */
    HIDDEN,
    /** In front of all three. */
    INPUT_TOO
  }

  /** Where dropout is. */
  @Param({"HIDDEN", "INPUT_TOO"})
  public Where dropout;

  private MultiLayerNetwork net;
  private MonteCarloDropout predictor;
  private INDArray x;

  /** Makes the network and the examples. */
  @Setup
  public void setUp() {
    DenseLayer.Builder first = new DenseLayer.Builder().nIn(784).nOut(100);
    net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.RELU)
                .list()
                .layer((dropout == Where.INPUT_TOO ? first.dropOut(0.8) : first).build())
                .layer(new DenseLayer.Builder().nIn(100).nOut(100).dropOut(0.5).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(100)
                        .nOut(10)
                        .dropOut(0.5)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    predictor = MonteCarloDropout.builder(net).samples(SAMPLES).seed(42).build();
    x = Nd4j.rand(DataType.FLOAT, EXAMPLES, 784);
  }

  /**
   * Predicts by this library's predictor.
   *
   * @return the mean
   */
  @Benchmark
  public INDArray ours() {
    return predictor.predict(x).mean();
  }

  /**
   * Predicts by DL4J in training mode.
   *
   * @return the mean
   */
  @Benchmark
  public INDArray theirs() {
    INDArray sum = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 10);
    for (int i = 0; i < SAMPLES; i++) {
      sum.addi(net.output(x, true));
    }
    return sum.divi(SAMPLES);
  }
}
