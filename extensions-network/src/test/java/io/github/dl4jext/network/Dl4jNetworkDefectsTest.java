package io.github.dl4jext.network;

import static io.github.dl4jext.network.TestNetworks.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Where DL4J 1.0.0-M2.1 loses how far a training was, or a file, and what to do about it. */
class Dl4jNetworkDefectsTest {

  private static final double RATE_AT_FIRST = 0.1;
  private static final double RATE_AFTER_THREE = RATE_AT_FIRST / 8;

  /** Three steps of Adam, whose rate is halved in each. */
  private static MultiLayerNetwork trained() {
    MultiLayerNetwork net =
        TestNetworks.start(
            TestNetworks.base(DataType.DOUBLE)
                .updater(
                    new Adam(new ExponentialSchedule(ScheduleType.ITERATION, RATE_AT_FIRST, 0.5)))
                .list()
                .layer(TestNetworks.dense(5, 4).build())
                .layer(TestNetworks.output(4).build())
                .build());
    TestNetworks.train(net, 3);
    return net;
  }

  private static int steps(ComputationGraph graph) {
    return graph.getConfiguration().getIterationCount();
  }

  @Test
  void aGraphMadeOfAStackStartsItsSchedulesAgain() {
    MultiLayerNetwork stack = trained();
    ComputationGraph graph = stack.toComputationGraph();
    assertThat(steps(graph)).isZero();
    assertThat(graph.getLearningRate("0")).isEqualTo(RATE_AT_FIRST);
    assertThat(numbers(graph.getUpdater().getStateViewArray()))
        .as("what Adam remembers is kept, for steps that are said not to have been")
        .isEqualTo(numbers(stack.getUpdater().getStateViewArray()));

    Network.of(graph).setProgress(Network.of(stack).progress());
    assertThat(steps(graph)).isEqualTo(3);
    assertThat(graph.getLearningRate("0")).isEqualTo(RATE_AFTER_THREE);
    TestNetworks.train(stack, 2);
    TestNetworks.train(graph, 2);
    assertThat(numbers(graph.params())).isEqualTo(numbers(stack.params()));
  }

  @Test
  void theCloneOfAGraphStartsItsSchedulesAgain() {
    MultiLayerNetwork stack = trained();
    ComputationGraph graph = stack.toComputationGraph();
    Network.of(graph).setProgress(Network.of(stack).progress());
    ComputationGraph theirs = graph.clone();
    assertThat(steps(theirs)).isZero();
    assertThat(theirs.getLearningRate("0")).isEqualTo(RATE_AT_FIRST);
    assertThat(stack.clone().getIterationCount()).as("a stack keeps it").isEqualTo(3);

    ComputationGraph ours = NetworkCopy.from(graph).build();
    assertThat(steps(ours)).isEqualTo(3);
    assertThat(ours.getLearningRate("0")).isEqualTo(RATE_AFTER_THREE);
  }

  @Test
  void aGraphWithAnAttentionVertexCannotBeCloned() {
    ComputationGraph graph = TestNetworks.attention(DataType.DOUBLE);
    assertThatThrownBy(graph::clone)
        .isInstanceOf(NullPointerException.class)
        .hasMessage("Updater for parameter Wq, layer \"attention\" was null");

    ComputationGraph ours = NetworkCopy.from(graph).build();
    TestNetworks.train(graph, 2);
    TestNetworks.train(ours, 2);
    assertThat(numbers(ours.params())).isEqualTo(numbers(graph.params()));
  }

  /** Needs commons-io 2.7, which DL4J brings. */
  @Test
  void aModelCannotBeWrittenWithItsNormalizer(@TempDir Path folder) throws IOException {
    MultiLayerNetwork net = trained();
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(DataSet.merge(TestNetworks.batches(net, 2)));
    File file = folder.resolve("net.zip").toFile();
    assertThatThrownBy(() -> ModelSerializer.writeModel(net, file, true, normalizer))
        .isInstanceOf(IOException.class)
        .hasMessage("flush() failed: stream is closed");

    ModelSerializer.writeModel(net, file, true);
    ModelSerializer.addNormalizerToModel(file, normalizer);
    NormalizerStandardize read = ModelSerializer.restoreNormalizerFromFile(file);
    assertThat(read).isEqualTo(normalizer);
    assertThat(numbers(ModelSerializer.restoreMultiLayerNetwork(file).params()))
        .isEqualTo(numbers(net.params()));
  }

  /**
   * How far the output at real steps is from that of the sequence alone, which has 2 of 4 steps.
   */
  private static double differenceByPadding(Layer layer) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            TestNetworks.base(DataType.DOUBLE)
                .list()
                .layer(layer)
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(2))
                .build());
    net.init();
    INDArray x = Nd4j.linspace(DataType.DOUBLE, -1, 0.3, 16).reshape(2, 2, 4);
    INDArray mask = Nd4j.createFromArray(new double[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});
    INDArrayIndex[] second = {
      NDArrayIndex.interval(1, 2), NDArrayIndex.all(), NDArrayIndex.interval(0, 2)
    };
    INDArray masked = net.output(x, false, mask, null).get(second);
    INDArray alone = net.output(x.get(second).dup());
    return masked.sub(alone).amaxNumber().doubleValue();
  }

  @Test
  void aBidirectionalLstmReadsThePadding() {
    assertThat(differenceByPadding(new Bidirectional(new LSTM.Builder().nOut(3).build())))
        .isGreaterThan(0.01);
    assertThat(differenceByPadding(new Bidirectional(new SimpleRnn.Builder().nOut(3).build())))
        .isLessThan(1e-12);
  }

  @Test
  void aTimeDistributedLayerMasksOtherSteps() {
    DenseLayer dense = new DenseLayer.Builder().nIn(2).nOut(3).build();
    assertThat(differenceByPadding(new TimeDistributed(dense))).isGreaterThan(0.1);
    assertThat(differenceByPadding(dense)).as("between preprocessors").isLessThan(1e-12);
  }

  private static MultiLayerNetwork volumes(Convolution3D.DataFormat format) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            TestNetworks.base(DataType.DOUBLE)
                .list()
                .layer(new Convolution3D.Builder(2, 2, 2).dataFormat(format).nOut(2).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(2).build())
                .setInputType(InputType.convolutional3D(format, 4, 4, 4, 1))
                .build());
    net.init();
    return net;
  }

  @Test
  void volumesWithChannelsFirstDoNotReachADenseLayer() {
    INDArray x = Nd4j.rand(DataType.DOUBLE, 3, 1, 4, 4, 4);
    assertThatThrownBy(() -> volumes(Convolution3D.DataFormat.NCDHW).output(x))
        .hasMessageStartingWith("Invalid input array");
    INDArray last = x.permute(0, 2, 3, 4, 1).dup();
    assertThat(volumes(Convolution3D.DataFormat.NDHWC).output(last).shape()).containsExactly(3, 2);
  }

  /** A rate or a factor that became NaN goes unseen. */
  @Test
  void aNumberThatIsNaNIsTakenForASmallOne() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray x = Nd4j.createFromArray(1.0, 200.0).castTo(type);
      for (INDArray wrong : new INDArray[] {x.mul(Double.NaN), x.dup().muli(Double.NaN)}) {
        assertThat(wrong.getDouble(0)).isCloseTo(1e-5, within(1e-9));
        assertThat(wrong.getDouble(1)).isCloseTo(2e-3, within(1e-9));
      }
      INDArray factor = Nd4j.valueArrayOf(new long[] {2}, Double.NaN, type);
      assertThat(x.add(Double.NaN).getDouble(0)).isCloseTo(1.00001, within(1e-6));
      assertThat(x.mul(factor).toDoubleVector()).containsOnly(Double.NaN);
      assertThat(x.add(factor).toDoubleVector()).containsOnly(Double.NaN);
    }
  }
}
