package io.github.dl4jext.benchmarks;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.transfer.features.FeatureCache;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long do 10 epochs of 5,000 examples take in batches of 32, where layers of 300 and 300 units
 * are frozen and layers of 100 and 10 are trained: through the whole network in every epoch, and
 * with the features of the frozen layers computed once?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxbytes=4G",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"
    })
public class CachedHead {

  private static final int EPOCHS = 10;
  private static final int EXAMPLES = 5_000;

  private MultiLayerNetwork frozen;
  private DataSetIterator data;

  /** Makes the network and the examples. */
  @Setup
  public void setUp() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.RELU)
                .updater(new Adam(1e-3))
                .list()
                .layer(new DenseLayer.Builder().nIn(784).nOut(300).build())
                .layer(new DenseLayer.Builder().nIn(300).nOut(300).build())
                .layer(new DenseLayer.Builder().nIn(300).nOut(100).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(100)
                        .nOut(10)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    frozen = Freezing.freeze(net, LayerSelector.upTo(1));
    Nd4j.getRandom().setSeed(2);
    DataSet all =
        new DataSet(
            Nd4j.rand(DataType.FLOAT, EXAMPLES, 784), Nd4j.eye(10).repeat(0, EXAMPLES / 10));
    all.shuffle(3);
    data = new ListDataSetIterator<>(all.asList(), 32);
  }

  /**
   * Passes every example through every layer in every epoch.
   *
   * @return the trained network
   */
  @Benchmark
  public MultiLayerNetwork whole() {
    MultiLayerNetwork net = frozen.clone();
    net.fit(data, EPOCHS);
    return net;
  }

  /**
   * Computes the features once, then trains the head alone.
   *
   * @return the trained network
   */
  @Benchmark
  public MultiLayerNetwork cached() {
    return FeatureCache.inMemory().fit(frozen, data, EPOCHS);
  }
}
