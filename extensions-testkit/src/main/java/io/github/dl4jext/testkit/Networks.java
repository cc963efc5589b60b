package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.Network;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks with a layer under test, and what must hold after each way to store them. */
final class Networks {

  private static final int INPUTS = 5;
  private static final int CLASSES = 3;

  private Networks() {}

  static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.DOUBLE)
        .updater(new Adam(0.01));
  }

  private static DenseLayer.Builder dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.TANH);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(4)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** Two dense layers that the change is made to, and an output layer. */
  static MultiLayerNetwork multiLayer(UnaryOperator<DenseLayer.Builder> change) {
    MultiLayerConfiguration conf =
        base()
            .list()
            .layer(change.apply(dense(INPUTS, 6)).build())
            .layer(change.apply(dense(6, 4)).build())
            .layer(output())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  /** The same as a graph. */
  static ComputationGraph graph(UnaryOperator<DenseLayer.Builder> change) {
    ComputationGraphConfiguration conf =
        base()
            .graphBuilder()
            .addInputs("in")
            .addLayer("a", change.apply(dense(INPUTS, 6)).build(), "in")
            .addLayer("b", change.apply(dense(6, 4)).build(), "a")
            .addLayer("out", output(), "b")
            .setOutputs("out")
            .build();
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    return net;
  }

  /** As if so many steps and epochs had been trained. */
  static void advance(MultiLayerNetwork net, int steps) {
    net.getLayerWiseConfigurations().setIterationCount(steps);
    net.getLayerWiseConfigurations().setEpochCount(steps);
  }

  /** The same for a graph. */
  static void advance(ComputationGraph net, int steps) {
    net.getConfiguration().setIterationCount(steps);
    net.getConfiguration().setEpochCount(steps);
  }

  /** JSON, saving and cloning keep the configuration; a restored network trains on bit by bit. */
  static void assertResumes(MultiLayerNetwork net) {
    assertResumes(net, 0);
  }

  /** The same for a network that has trained for so many steps and epochs. */
  static void assertResumes(MultiLayerNetwork net, int steps) {
    assertResumes(net, steps, data());
  }

  /** The same on such data. */
  static void assertResumes(MultiLayerNetwork net, int steps, DataSet data) {
    MultiLayerConfiguration conf = net.getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(MultiLayerConfiguration.fromYaml(conf.toYaml())).isEqualTo(conf);
    assertThat(conf.clone()).isEqualTo(conf);
    advance(net, steps);
    fit(net, 3, data);
    try {
      MultiLayerNetwork restored =
          ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(save(net)), true);
      assertSameOn(data, net, restored, net.clone());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same for a graph. */
  static void assertResumes(ComputationGraph net) {
    assertResumes(net, 0);
  }

  /** The same for a network that has trained for so many steps and epochs. */
  static void assertResumes(ComputationGraph net, int steps) {
    assertResumes(net, steps, data());
  }

  /** The same on such data. */
  static void assertResumes(ComputationGraph net, int steps, DataSet data) {
    ComputationGraphConfiguration conf = net.getConfiguration();
    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(conf.clone()).isEqualTo(conf);
    advance(net, steps);
    fit(net, 3, data);
    try {
      ComputationGraph restored =
          ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(save(net)), true);
      ComputationGraph clone = net.clone();
      // DL4J's own clone of a graph forgets how far training was
      clone.getConfiguration().setIterationCount(conf.getIterationCount());
      clone.getConfiguration().setEpochCount(conf.getEpochCount());
      assertSameOn(data, net, restored, clone);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSameOn(DataSet data, Model original, Model restored, Model clone) {
    double[] before = numbers(original);
    assertThat(numbers(restored)).isEqualTo(before);
    assertThat(numbers(clone)).isEqualTo(before);
    fit(original, 3, data);
    fit(restored, 3, data);
    fit(clone, 3, data);
    assertThat(numbers(original)).as("training moved the parameters").isNotEqualTo(before);
    assertThat(numbers(restored)).as("restored and trained on").isEqualTo(numbers(original));
    assertThat(numbers(clone)).as("cloned and trained on").isEqualTo(numbers(original));
  }

  /** The parameters, to be compared bit by bit: INDArray's equals lets 1e-5 pass. */
  static double[] numbers(Model net) {
    return numbers(net.params());
  }

  /** The numbers of an array, to be compared bit by bit. */
  static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static byte[] save(Model net) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, bytes, true);
    return bytes.toByteArray();
  }

  /** Three steps on the same data; the seed repeats what is random in training. */
  static void train(Model net) {
    fit(net, 3, data());
  }

  /** One step, on the same data. */
  static void fitOnce(Model net) {
    fit(net, 1, data());
  }

  static DataSet data() {
    Nd4j.getRandom().setSeed(11);
    INDArray features = Nd4j.rand(DataType.DOUBLE, 8, INPUTS).subi(0.5).muli(4);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 8, CLASSES);
    for (int i = 0; i < 8; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return new DataSet(features, labels);
  }

  private static void fit(Model net, int steps, DataSet data) {
    Nd4j.getRandom().setSeed(12);
    for (int i = 0; i < steps; i++) {
      Network.of(net).fit(data);
    }
  }
}
