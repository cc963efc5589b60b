package io.github.dl4jext.listeners.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.InvalidArgumentException;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class MonitorTest {

  /** Five examples in batches of four and one. */
  private final DataSet five =
      new DataSet(
          Nd4j.create(new float[][] {{1, 0}, {2, 0}, {0, 1}, {0, 2}, {3, 0}}),
          Nd4j.create(new float[][] {{1, 0}, {1, 0}, {0, 1}, {1, 0}, {0, 1}}));

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isAboutExamplesAndNotAboutBatches(boolean graph) {
    Model model = identity(graph);
    double loss = Monitor.validationLoss(batches()).of(model);
    // -log softmax of what is fed in: of the right class, summed by hand.
    double sum = loss(1) + loss(2) + loss(1) + loss(-2) + loss(-3);
    assertThat(loss).isCloseTo(sum / 5, within(1e-5));
    assertThat(Monitor.validationAccuracy(batches()).of(model)).isEqualTo(0.6);
    assertThat(Monitor.validationF1(batches()).of(model))
        .as("class 1: one right, one missed, one too many")
        .isEqualTo(0.5);
  }

  private static double loss(double margin) {
    return Math.log1p(Math.exp(-margin));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNetworkThatGivesNaNHasTheFigureNaN(boolean graph) {
    Model model = identity(graph);
    model.params().assign(Double.NaN);
    assertThat(Monitor.validationAccuracy(batches()).of(model)).isNaN();
    assertThat(Monitor.validationF1(batches()).of(model)).isNaN();
  }

  @Test
  void otherFailuresComeThrough() {
    Model model = identity(false);
    INDArray odd = Nd4j.ones(3, 2);
    DataSetIterator unlabelled = new ListDataSetIterator<>(List.of(new DataSet(odd, odd.dup())));
    DataSetIterator wide = new ListDataSetIterator<>(List.of(new DataSet(Nd4j.ones(3, 7), odd)), 3);
    assertThat(Monitor.validationAccuracy(unlabelled).of(model)).isBetween(0.0, 1.0);
    assertThatThrownBy(() -> Monitor.validationAccuracy(wide).of(model))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void dataThatCannotServeAreRefused() {
    assertThatThrownBy(() -> Monitor.validationLoss((DataSetIterator) null))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("monitor: data must be an iterator that can be reset, was null");
    DataSetIterator none = new ListDataSetIterator<>(List.<DataSet>of(), 4);
    assertThatThrownBy(() -> Monitor.validationAccuracy(none).of(identity(false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("monitor: the validation data must have an example, had none after a reset");
  }

  /** Three labels, each for itself: the row's largest output says nothing about them. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void severalSigmoidsAreLabelsForThemselves(boolean graph) {
    Model model = sigmoids(graph);
    INDArray told = Nd4j.create(new float[][] {{3, 2, -1}, {-1, -2, -3}, {1, -1, 2}});
    INDArray labels = Nd4j.create(new float[][] {{1, 1, 0}, {0, 0, 0}, {1, 1, 1}});
    List<DataSet> rows = new DataSet(told, labels).asList();
    assertThat(Monitor.validationAccuracy(new ListDataSetIterator<>(rows, 2)).of(model))
        .as("8 of 9 labels")
        .isCloseTo(8 / 9.0, within(1e-12));
    assertThat(Monitor.validationF1(new ListDataSetIterator<>(rows, 2)).of(model))
        .as("4 found of 5, none too many")
        .isCloseTo(2 * 4 / (2 * 4 + 1.0), within(1e-12));
    DataSetIterator right = new ListDataSetIterator<>(rows.subList(0, 2), 2);
    assertThat(Monitor.validationAccuracy(right).of(model)).isEqualTo(1);
    assertThat(Monitor.validationF1(right).of(model)).isEqualTo(1);
    model.params().assign(Double.NaN);
    assertThat(Monitor.validationF1(right).of(model)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void dataOfSeveralArraysServeAsWell(boolean graph) {
    Model model = identity(graph);
    MultiDataSetIterator multi = new MultiDataSetIteratorAdapter(batches());
    assertThat(Monitor.validationLoss(multi).of(model))
        .isEqualTo(Monitor.validationLoss(batches()).of(model));
    assertThat(Monitor.validationAccuracy(multi).of(model)).isEqualTo(0.6);
    assertThat(Monitor.validationF1(multi).of(model)).isEqualTo(0.5);
  }

  @Test
  void aGraphOfSeveralOutputsIsToldWhichOneIsMeant() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("one", output(2, Activation.SOFTMAX, LossFunction.MCXENT), "in")
                .addLayer("two", output(2, Activation.SIGMOID, LossFunction.XENT), "in")
                .setOutputs("one", "two")
                .build());
    graph.init();
    graph.params().assign(Nd4j.create(new float[] {1, 0, 0, 1, 1, 0, 0, 1}).reshape(1, 8));
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {five.getFeatures()},
            new INDArray[] {five.getLabels(), five.getLabels()});
    MultiDataSetIterator iterator = new SingletonMultiDataSetIterator(data);
    Monitor accuracy = Monitor.validationAccuracy(iterator);
    assertThatThrownBy(() -> accuracy.of(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "monitor: the network has the outputs [one, two]; say which one to watch:"
                + " .ofOutput(\"one\")");
    assertThat(accuracy.ofOutput("one").of(graph)).isEqualTo(0.6);
    assertThat(accuracy.ofOutput("one").name()).isEqualTo("one validation accuracy");
    assertThat(accuracy.ofOutput("two").of(graph))
        .as("an input of 0 is a sigmoid of 0.5, which is no")
        .isEqualTo(0.6);
    assertThatThrownBy(() -> accuracy.ofOutput("three").of(graph))
        .hasMessage("monitor: output must be one of [one, two], was \"three\"");
    assertThatThrownBy(() -> Monitor.trainingLoss().ofOutput("one"))
        .isInstanceOf(InvalidArgumentException.class);
    assertThat(Monitor.validationLoss(iterator).of(graph)).isPositive();
  }

  private static OutputLayer output(int units, Activation activation, LossFunction loss) {
    return new OutputLayer.Builder(loss)
        .nIn(units)
        .nOut(units)
        .activation(activation)
        .hasBias(false)
        .build();
  }

  /** Sigmoids of the inputs. */
  private static Model sigmoids(boolean graph) {
    OutputLayer layer = output(3, Activation.SIGMOID, LossFunction.XENT);
    Model model = made(graph, layer);
    model.params().assign(Nd4j.eye(3).reshape(1, 9));
    return model;
  }

  private DataSetIterator batches() {
    return new ListDataSetIterator<>(five.asList(), 4);
  }

  /** Softmax of the input. */
  private static Model identity(boolean graph) {
    OutputLayer layer =
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(2)
            .nOut(2)
            .activation(Activation.SOFTMAX)
            .hasBias(false)
            .build();
    Model model = made(graph, layer);
    model.params().assign(Nd4j.create(new float[] {1, 0, 0, 1}).reshape(1, 4));
    return model;
  }

  private static Model made(boolean graph, OutputLayer layer) {
    NeuralNetConfiguration.Builder base = new NeuralNetConfiguration.Builder();
    Model model;
    if (graph) {
      ComputationGraph net =
          new ComputationGraph(
              base.graphBuilder()
                  .addInputs("in")
                  .addLayer("out", layer, "in")
                  .setOutputs("out")
                  .build());
      net.init();
      model = net;
    } else {
      MultiLayerNetwork net = new MultiLayerNetwork(base.list().layer(layer).build());
      net.init();
      model = net;
    }
    return model;
  }
}
