package io.github.dl4jext.benchmarks;

import io.github.dl4jext.transfer.folding.BatchNormFolding;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
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
 * How long does a prediction by a network of 784-300-100-10 with two batch norms take, as it is and
 * folded? In {@code before} they are between the linear layer and ReLU, in {@code after} behind
 * ReLU.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxbytes=4G",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"
    })
public class FoldedForward {

  /** The number of rows of a batch. */
  @Param({"1", "2000"})
  public int rows;

  /** Where the batch norms are. */
  @Param({"before", "after"})
  public String order;

  private MultiLayerNetwork plain;
  private MultiLayerNetwork folded;
  private INDArray batch;

  /** Makes both networks and the batch. */
  @Setup
  public void setUp() {
    boolean before = order.equals("before");
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(1).list();
    for (int width : new int[] {300, 100}) {
      list.layer(
          new DenseLayer.Builder()
              .nOut(width)
              .activation(before ? Activation.IDENTITY : Activation.RELU)
              .build());
      list.layer(new BatchNormalization());
      if (before) {
        list.layer(new ActivationLayer(Activation.RELU));
      }
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(10)
            .activation(Activation.SOFTMAX)
            .build());
    plain = new MultiLayerNetwork(list.setInputType(InputType.feedForward(784)).build());
    plain.init();
    folded = BatchNormFolding.fold(plain).network();
    Nd4j.getRandom().setSeed(2);
    batch = Nd4j.rand(DataType.FLOAT, rows, 784);
  }

  /** With the batch norms. */
  @Benchmark
  public INDArray plain() {
    return plain.output(batch);
  }

  /** Without them. */
  @Benchmark
  public INDArray folded() {
    return folded.output(batch);
  }
}
