package io.github.dl4jext.benchmarks;

import io.github.dl4jext.benchmarks.DenseStep.Whose;
import io.github.dl4jext.cpu.FastLayers;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
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
 * How long does a step of {@code fit} of LeNet take with the layers of {@code FastLayers}, and how
 * long with DL4J's? The images have 28 x 28 pixels; there are 20 and 50 filters of 5 x 5, and 500
 * units.
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
public class LeNetStep {

  /** Whose layers they are. */
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
    MultiLayerNetwork plain =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.RELU)
                .updater(new Sgd(1e-9)) // so small a rate that the gradients stay the same
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(20).build())
                .layer(halved())
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(50).build())
                .layer(halved())
                .layer(new DenseLayer.Builder().nOut(500).build())
                .layer(new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutionalFlat(28, 28, 1))
                .build());
    plain.init();
    net = whose == Whose.OURS ? FastLayers.of(plain) : plain;
    batch = DenseStep.batch(batchSize);
  }

  private static SubsamplingLayer halved() {
    return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
  }

  /** One step. */
  @Benchmark
  public void step() {
    net.fit(batch);
  }
}
