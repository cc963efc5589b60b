package io.github.dl4jext.benchmarks;

import io.github.dl4jext.regularization.pruning.Pruning;
import io.github.dl4jext.regularization.pruning.PruningMethod;
import io.github.dl4jext.transfer.folding.Shrinking;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * How much faster does a network predict from which 80 % of the units were pruned and removed? The
 * networks run in turns, and the thread's processor time is summed for each. Run it with
 * OMP_NUM_THREADS=1, and divide {@code whole} by {@code shrunken}; {@code pruned} is the network
 * with zeros in place of the pruned units.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxbytes=4G",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"
    })
public class ShrunkenForward {

  /** Processor time of the three networks, in nanoseconds. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Nanoseconds {

    /** The time of the network with all units. */
    public long whole;

    /** The time of the network with zeros. */
    public long pruned;

    /** The time of the network without the pruned units. */
    public long shrunken;
  }

  /** The number of rows of a batch. */
  @Param({"1", "500"})
  public int rows;

  /** Dense layers of 784-300-100-10, or two convolutions of 32 and 64 filters and a dense layer. */
  @Param({"dense", "convolutional"})
  public String kind;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private MultiLayerNetwork whole;
  private MultiLayerNetwork pruned;
  private MultiLayerNetwork shrunken;
  private INDArray batch;

  /** Makes the networks and the batch. */
  @Setup
  public void setUp() {
    whole = network(kind.equals("dense"));
    pruned = Pruning.prune(whole.clone(), PruningMethod.L2_STRUCTURED, 0.8);
    Nd4j.getRandom().setSeed(2);
    batch = Nd4j.rand(DataType.FLOAT, rows, 784);
    shrunken = Shrinking.shrink(pruned, batch).network();
  }

  private static MultiLayerNetwork network(boolean dense) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(1).activation(Activation.RELU).list();
    if (dense) {
      list.layer(new DenseLayer.Builder().nOut(300).build());
    } else {
      for (int filters : new int[] {32, 64}) {
        list.layer(
                new ConvolutionLayer.Builder(3, 3)
                    .nOut(filters)
                    .activation(Activation.IDENTITY)
                    .build())
            .layer(new BatchNormalization())
            .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build());
      }
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(new DenseLayer.Builder().nOut(100).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(10)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutionalFlat(28, 28, 1))
                .build());
    network.init();
    return network;
  }

  /** Predicts once with each network. */
  @Benchmark
  public void inTurns(Nanoseconds time) {
    time.whole += answer(whole);
    time.pruned += answer(pruned);
    time.shrunken += answer(shrunken);
  }

  private long answer(MultiLayerNetwork network) {
    long before = threads.getCurrentThreadCpuTime();
    network.output(batch);
    return threads.getCurrentThreadCpuTime() - before;
  }
}
