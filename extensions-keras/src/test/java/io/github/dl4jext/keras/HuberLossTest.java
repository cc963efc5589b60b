package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.InvalidArgumentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HuberLossTest {

  private final HuberLoss loss = new HuberLoss(1);

  @Test
  void hasTheValuesOfItsFormula() {
    INDArray output = Nd4j.createFromArray(new double[][] {{0.5, -3}, {1, 2}});
    INDArray labels = Nd4j.createFromArray(new double[][] {{0, 0}, {1, 4}});
    IActivation identity = new ActivationIdentity();
    assertThat(loss.computeScoreArray(labels, output, identity, null).toDoubleVector())
        .containsExactly(1.3125, 0.75);
    assertThat(loss.computeScore(labels, output, identity, null, true)).isEqualTo(1.03125);
    assertThat(loss.computeScore(labels, output, identity, null, false)).isEqualTo(2.0625);
    assertThat(gradient(output, labels, identity, null)).containsExactly(0.25, -0.5, 0, -0.5);
    INDArray examples = Nd4j.createFromArray(new double[][] {{0}, {1}});
    assertThat(gradient(output, labels, identity, examples))
        .containsExactly(new double[] {0, 0, 0, -0.5}, within(1e-16));
    assertThat(loss.computeScore(labels, output, identity, examples, false)).isEqualTo(0.75);
    INDArray outputs = Nd4j.createFromArray(new double[][] {{1, 0}, {1, 1}});
    assertThat(gradient(output, labels, identity, outputs))
        .containsExactly(new double[] {0.25, 0, 0, -0.5}, within(1e-16));
    assertThat(new HuberLoss(4).computeScore(labels, output, identity, null, false))
        .as("half the squared error")
        .isEqualTo((0.125 + 4.5 + 0 + 2) / 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 3})
  void gradientMatchesFiniteDifferences(double delta) {
    HuberLoss some = new HuberLoss(delta);
    Nd4j.getRandom().setSeed(4);
    INDArray output = Nd4j.randn(DataType.DOUBLE, 4, 3).muli(2);
    INDArray labels = Nd4j.randn(DataType.DOUBLE, 4, 3);
    IActivation tanh = new ActivationTanH();
    double[] gradient =
        some.computeGradient(labels, output.dup(), tanh, null).ravel().toDoubleVector();
    double h = 1e-6;
    for (int i = 0; i < gradient.length; i++) {
      INDArray more = output.dup();
      more.putScalar(i, more.getDouble(i) + h);
      INDArray less = output.dup();
      less.putScalar(i, less.getDouble(i) - h);
      double slope =
          some.computeScore(labels, more, tanh, null, false)
              - some.computeScore(labels, less, tanh, null, false);
      assertThat(gradient[i]).isCloseTo(slope / (2 * h), within(1e-8));
    }
  }

  @Test
  void nanStaysNan() {
    INDArray output = Nd4j.createFromArray(new double[][] {{Double.NaN, 0}});
    IActivation identity = new ActivationIdentity();
    assertThat(loss.computeScore(Nd4j.zeros(DataType.DOUBLE, 1, 2), output, identity, null, true))
        .isNaN();
    assertThat(gradient(output, Nd4j.zeros(DataType.DOUBLE, 1, 2), identity, null)[0]).isNaN();
  }

  @Test
  void isStoredWithTheNetwork() throws IOException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder(new HuberLoss(0.5))
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    assertThat(MultiLayerConfiguration.fromJson(net.getLayerWiseConfigurations().toJson()))
        .isEqualTo(net.getLayerWiseConfigurations());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, bytes, true);
    MultiLayerNetwork read =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes.toByteArray()));
    for (MultiLayerNetwork each : new MultiLayerNetwork[] {net, read}) {
      each.fit(Nd4j.ones(3, 2), Nd4j.ones(3, 1).muli(9));
    }
    assertThat(read.params().toDoubleVector()).isEqualTo(net.params().toDoubleVector());
  }

  @Test
  void whatIsWrongIsRefused() {
    for (double delta : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new HuberLoss(delta))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining("huber_loss: delta must be");
    }
    assertThatThrownBy(
            () ->
                loss.computeScore(
                    Nd4j.zeros(2, 1), Nd4j.zeros(2, 3), new ActivationIdentity(), null, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("huber_loss: labels must have the output's shape [2, 3], was [2, 1]");
  }

  private double[] gradient(
      INDArray output, INDArray labels, IActivation activation, INDArray mask) {
    return loss.computeGradient(labels, output.dup(), activation, mask).ravel().toDoubleVector();
  }
}
