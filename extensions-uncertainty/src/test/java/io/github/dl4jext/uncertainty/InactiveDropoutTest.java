package io.github.dl4jext.uncertainty;

import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.regularization.dropout.DropConnect;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** A dropout that drops nothing is none, whoever it is from and whatever it is said by. */
class InactiveDropoutTest {

  private static final String MESSAGE =
      "the network has no dropout that acts in training, so all samples would be alike: add"
          + " some, such as dropOut(...) on a dense layer, and train with it";

  private static ISchedule schedule(double first, double later) {
    return new MapSchedule(ScheduleType.ITERATION, Map.of(0, first, 10, later));
  }

  static Stream<IDropout> inactive() {
    return Stream.of(
        new Dropout(1.0),
        new Dropout(schedule(1, 0.5)),
        new org.deeplearning4j.nn.conf.dropout.AlphaDropout(1.0),
        new GaussianDropout(0),
        new GaussianNoise(0),
        new GaussianNoise(schedule(0, 0.5)),
        new SpatialDropout(1.0),
        io.github.dl4jext.regularization.dropout.Dropout.dropping(0),
        io.github.dl4jext.regularization.dropout.Dropout.dropping(schedule(0, 0.5)),
        io.github.dl4jext.regularization.dropout.AlphaDropout.dropping(0),
        io.github.dl4jext.regularization.dropout.GaussianDropout.dropping(0),
        io.github.dl4jext.regularization.dropout.SpatialDropout.dropping(0),
        new io.github.dl4jext.regularization.dropout.GaussianNoise(0));
  }

  private static MultiLayerNetwork layers(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(3).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }

  private static DenseLayer.Builder dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.TANH);
  }

  private static OutputLayer.Builder output(int in) {
    return new OutputLayer.Builder().nIn(in).nOut(3).activation(Activation.SOFTMAX);
  }

  private static MonteCarloPrediction predicted(MultiLayerNetwork network, INDArray x) {
    return MonteCarloDropout.builder(network).samples(20).seed(5).build().predict(x);
  }

  @ParameterizedTest
  @MethodSource("inactive")
  void isToldAsIfThereWereNone(IDropout dropout) {
    MultiLayerNetwork network =
        layers(
            dense(4, 5).dropOut(dropout).build(),
            new DropoutLayer(dropout.clone()),
            output(5).build());
    assertThatThrownBy(() -> MonteCarloDropout.builder(network).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(MESSAGE);
    assertThatThrownBy(() -> MonteCarloDropout.alwaysOn(network))
        .hasMessageStartingWith("the network has no dropout that acts in training");
  }

  @Test
  void isToldOfAGraphAndOfLayersThatDropInside() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(4))
                .addLayer(
                    "lstm", new LSTM.Builder().nOut(5).dropOut(new Dropout(1.0)).build(), "in")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder()
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .weightNoise(DropConnect.dropping(0).withBiases())
                        .build(),
                    "lstm")
                .setOutputs("out")
                .build());
    graph.init();
    assertThatThrownBy(() -> MonteCarloDropout.builder(graph).build()).hasMessage(MESSAGE);
  }

  @Test
  void isToldAtTheStepWhereAScheduleHasComeToIt() {
    MultiLayerNetwork network =
        layers(
            dense(4, 5)
                .dropOut(
                    io.github.dl4jext.regularization.dropout.Dropout.dropping(schedule(0.5, 0)))
                .build(),
            output(5).build());
    INDArray x = Nd4j.rand(6, 4);
    MonteCarloDropout predictor = MonteCarloDropout.builder(network).samples(20).build();
    assertThat(predictor.predict(x).standardDeviation().minNumber().doubleValue()).isPositive();
    network.setIterationCount(10);
    assertThatThrownBy(() -> predictor.predict(x)).hasMessage(MESSAGE);
    network.setIterationCount(9);
    assertThat(predictor.predict(x).standardDeviation().minNumber().doubleValue()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("inactive")
  void changesNothingInFrontOfOneThatActs(IDropout dropout) {
    boolean maps = dropout.getClass().getSimpleName().startsWith("Spatial");
    DenseLayer.Builder first = dense(4, 5);
    MultiLayerNetwork with =
        layers(
            (maps ? first : first.dropOut(dropout)).build(),
            dense(5, 6).dropOut(0.6).build(),
            output(6).build());
    MultiLayerNetwork without =
        layers(dense(4, 5).build(), dense(5, 6).dropOut(0.6).build(), output(6).build());
    without.setParams(with.params());
    INDArray x = Nd4j.rand(6, 4);
    assertThat(numbers(predicted(with, x).mean())).isEqualTo(numbers(predicted(without, x).mean()));
  }

  @Test
  void ofWeightsChangesNothingInFrontOfOneThatActs() {
    LSTM.Builder inactive = new LSTM.Builder().nIn(4).nOut(5).dropOut(new GaussianNoise(0));
    RnnOutputLayer.Builder acting =
        new RnnOutputLayer.Builder().nIn(5).nOut(3).activation(Activation.SOFTMAX).dropOut(0.6);
    MultiLayerNetwork with =
        layers(inactive.weightNoise(DropConnect.dropping(0)).build(), acting.build());
    MultiLayerNetwork without = layers(new LSTM.Builder().nIn(4).nOut(5).build(), acting.build());
    without.setParams(with.params());
    INDArray x = Nd4j.rand(6, 4, 7);
    assertThat(numbers(predicted(with, x).mean())).isEqualTo(numbers(predicted(without, x).mean()));
  }
}
