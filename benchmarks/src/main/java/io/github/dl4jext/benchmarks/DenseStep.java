package io.github.dl4jext.benchmarks;

import io.github.dl4jext.cpu.FastLayers;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
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
 * How long does a step of {@code fit} take with the layers of {@code FastLayers}, and how long with
 * DL4J's: for 784-300-100-10, and for the chapter's network, 784-100-100-100-10?
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
public class DenseStep {

  /** Whose layers they are. */
  public enum Whose {
    /** This library's. */
    OURS,
    /** DL4J's. */
    THEIRS
  }

  /** Whose layers they are. */
  @Param({"OURS", "THEIRS"})
  public Whose whose;

  /** The units of the hidden layers. */
  @Param({"300-100", "100-100-100"})
  public String hidden;

  /** The number of examples of a step. */
  @Param({"32", "128", "512"})
  public int batchSize;

  private MultiLayerNetwork net;
  private DataSet batch;

  /** Makes the network and the examples. */
  @Setup
  public void setUp() {
    net = network(whose, hidden);
    batch = batch(batchSize);
  }

  static MultiLayerNetwork network(Whose whose, String hidden) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .activation(Activation.RELU)
            .updater(new Sgd(1e-9)) // so small a rate that the gradients stay the same
            .list();
    int in = 784;
    for (String units : hidden.split("-")) {
      int out = Integer.parseInt(units);
      list.layer(new DenseLayer.Builder().nIn(in).nOut(out).build());
      in = out;
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(in)
            .nOut(10)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork plain = new MultiLayerNetwork(list.build());
    plain.init();
    return whose == Whose.OURS ? FastLayers.of(plain) : plain;
  }

  static DataSet batch(int size) {
    Nd4j.getRandom().setSeed(1);
    DataSet data =
        new DataSet(Nd4j.rand(DataType.FLOAT, size, 784), Nd4j.zeros(DataType.FLOAT, size, 10));
    for (int i = 0; i < size; i++) {
      data.getLabels().putScalar(i, i % 10, 1);
    }
    return data;
  }

  /** One step. */
  @Benchmark
  public void step() {
    net.fit(batch);
  }
}
