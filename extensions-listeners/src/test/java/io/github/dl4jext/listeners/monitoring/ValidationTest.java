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
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ValidationTest {

  /** Five examples in batches of four and one. */
  private final DataSet five =
      new DataSet(
          Nd4j.create(new float[][] {{1, 0}, {2, 0}, {0, 1}, {0, 2}, {3, 0}}),
          Nd4j.create(new float[][] {{1, 0}, {1, 0}, {0, 1}, {1, 0}, {0, 1}}));

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isAboutExamplesAndNotAboutBatches(boolean graph) {
    Model model = identity(graph);
    double loss = Validation.loss("test", batches()).applyAsDouble(model);
    // -log softmax of what is fed in: of the right class, summed by hand.
    double sum = loss(1) + loss(2) + loss(1) + loss(-2) + loss(-3);
    assertThat(loss).isCloseTo(sum / 5, within(1e-5));
    assertThat(Validation.accuracy("test", batches()).applyAsDouble(model)).isEqualTo(0.6);
    assertThat(Validation.f1("test", batches()).applyAsDouble(model))
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
    assertThat(Validation.accuracy("test", batches()).applyAsDouble(model)).isNaN();
    assertThat(Validation.f1("test", batches()).applyAsDouble(model)).isNaN();
  }

  @Test
  void otherFailuresComeThrough() {
    Model model = identity(false);
    INDArray odd = Nd4j.ones(3, 2);
    DataSetIterator unlabelled = new ListDataSetIterator<>(List.of(new DataSet(odd, odd.dup())));
    DataSetIterator wide = new ListDataSetIterator<>(List.of(new DataSet(Nd4j.ones(3, 7), odd)), 3);
    assertThat(Validation.accuracy("test", unlabelled).applyAsDouble(model)).isBetween(0.0, 1.0);
    assertThatThrownBy(() -> Validation.accuracy("test", wide).applyAsDouble(model))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void dataThatCannotServeAreRefused() {
    assertThatThrownBy(() -> Validation.loss("plateau", null))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("plateau: data must be an iterator that can be reset, was null");
    DataSetIterator none = new ListDataSetIterator<>(List.<DataSet>of(), 4);
    assertThatThrownBy(() -> Validation.accuracy("plateau", none).applyAsDouble(identity(false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("plateau: the validation data must have an example, had none after a reset");
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
    model.params().assign(Nd4j.create(new float[] {1, 0, 0, 1}).reshape(1, 4));
    return model;
  }
}
