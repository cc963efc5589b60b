package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.NetworkUtils;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.ISchedule;

/** Rates are found in every layer, whatever is around it. */
class RatesOfAllLayersTest {

  private static final double RATE = 0.1;

  /** Every sort of wrapper, and a bias updater of its own. */
  private static List<Layer> layers() {
    return List.of(
        new FrozenLayer(new LSTM.Builder().nIn(3).nOut(3).build()),
        new TimeDistributed(new DenseLayer.Builder().nIn(3).nOut(4).build()),
        new Bidirectional(Bidirectional.Mode.CONCAT, new LSTM.Builder().nIn(4).nOut(2).build()),
        new LastTimeStep(new LSTM.Builder().nIn(4).nOut(3).build()),
        new DenseLayer.Builder().nIn(3).nOut(3).build(),
        new OutputLayer.Builder().nIn(3).nOut(2).activation(Activation.SOFTMAX).build());
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .updater(new Sgd(RATE))
        .biasUpdater(new Sgd(RATE));
  }

  private static MultiLayerNetwork network() {
    NeuralNetConfiguration.ListBuilder list = base().list();
    layers().forEach(list::layer);
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static ComputationGraph graph() {
    ComputationGraphConfiguration.GraphBuilder builder = base().graphBuilder().addInputs("in");
    String last = "in";
    for (Layer layer : layers()) {
      String name = "after-" + last;
      builder.addLayer(name, layer, last);
      last = name;
    }
    ComputationGraph graph = new ComputationGraph(builder.setOutputs(last).build());
    graph.init();
    return graph;
  }

  private static DataSet sequences() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 4, 2);
    for (int i = 0; i < 4; i++) {
      labels.putScalar(i, i % 2, 1);
    }
    return new DataSet(Nd4j.linspace(-1, 1, 4 * 3 * 5, DataType.DOUBLE).reshape(4, 3, 5), labels);
  }

  /** Rates of 1e-13 move nothing by more than this; one rate of 0.1 moves something by more. */
  private static final double HARDLY = 1e-12;

  private static double moved(INDArray now, INDArray before) {
    return Transforms.abs(now.sub(before)).maxNumber().doubleValue();
  }

  @Test
  void everyLayerOfANetworkLearnsByTheNewRate() {
    MultiLayerNetwork net = network();
    net.fit(sequences());
    INDArray before = net.params().dup();
    LearningRates.of("test", Network.of(net)).reduce(1e-12, 0, 0, new TrainingProgress(1, 0));
    net.fit(sequences());
    assertThat(moved(net.params(), before)).isLessThan(HARDLY);
    assertThat(net.getLayerWiseConfigurations().toJson())
        .contains("1.0E-13")
        .doesNotContain("\"learningRate\" : 0.1");
  }

  @Test
  void everyLayerOfAGraphLearnsByTheNewRate() {
    ComputationGraph graph = graph();
    graph.fit(sequences());
    INDArray before = graph.params().dup();
    LearningRates.of("test", Network.of(graph)).reduce(1e-12, 0, 0, new TrainingProgress(1, 0));
    graph.fit(sequences());
    assertThat(moved(graph.params(), before)).isLessThan(HARDLY);
    assertThat(graph.getConfiguration().toJson())
        .contains("1.0E-13")
        .doesNotContain("\"learningRate\" : 0.1");
  }

  @Test
  void dl4jsOwnMissesBiasesAndWrappedLayers() {
    MultiLayerNetwork net = network();
    net.fit(sequences());
    INDArray before = net.params().dup();
    NetworkUtils.setLearningRate(net, 1e-13);
    net.fit(sequences());
    assertThat(moved(net.params(), before)).isGreaterThan(1e-4);
    assertThat(net.getLayerWiseConfigurations().toJson()).contains("\"learningRate\" : 0.1");
  }

  @Test
  void anUpdaterThatStandsInSeveralLayersIsReducedOnce() {
    IUpdater shared = new Sgd(RATE);
    DenseLayer one = new DenseLayer.Builder().nIn(3).nOut(3).updater(shared).build();
    OutputLayer two = new OutputLayer.Builder().nIn(3).nOut(2).updater(shared).build();
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder().list().layer(one).layer(two).build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    LearningRates.of("test", Network.of(net)).reduce(0.5, 0, 0, TrainingProgress.NONE);
    assertThat(LearningRates.of("test", Network.of(net)).values().values())
        .extracting(LearningRate::number)
        .containsOnly(0.05);
  }

  @Test
  void saysWhenAnUpdatersRateCannotBeRead() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Secretive())
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    net.init();
    assertThatThrownBy(
            () ->
                LearningRates.of("test", Network.of(net)).reduce(0.5, 0, 0, TrainingProgress.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("test: updaters must have getLearningRate()")
        .hasMessageContaining("Secretive");
  }

  /** Has a rate, and no way to tell whether it is a number or a schedule. */
  public static final class Secretive implements IUpdater {

    private static final long serialVersionUID = 1L;

    private transient ISchedule schedule;

    @Override
    public long stateSize(long numParams) {
      return 0;
    }

    @Override
    public GradientUpdater<?> instantiate(INDArray view, boolean initialize) {
      throw new UnsupportedOperationException("never trained");
    }

    @Override
    public GradientUpdater<?> instantiate(
        java.util.Map<String, INDArray> state, boolean initialize) {
      throw new UnsupportedOperationException("never trained");
    }

    @Override
    public IUpdater clone() {
      return new Secretive();
    }

    @Override
    public double getLearningRate(int iteration, int epoch) {
      return schedule == null ? 1 : schedule.valueAt(iteration, epoch);
    }

    @Override
    public boolean hasLearningRate() {
      return true;
    }

    @Override
    public void setLrAndSchedule(double lr, ISchedule lrSchedule) {
      schedule = lrSchedule;
    }
  }
}
