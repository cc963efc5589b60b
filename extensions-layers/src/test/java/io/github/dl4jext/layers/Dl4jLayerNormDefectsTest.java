package io.github.dl4jext.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** What is wrong with DL4J's {@code hasLayerNorm}, and right with {@link LayerNorm}. */
class Dl4jLayerNormDefectsTest {

  private static MultiLayerNetwork network(
      NeuralNetConfiguration.Builder base, InputType in, List<Layer> layers) {
    NeuralNetConfiguration.ListBuilder list = base.seed(3).updater(new Sgd(1)).list();
    layers.forEach(list::layer);
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(in).build());
    net.init();
    return net;
  }

  private static NeuralNetConfiguration.Builder base(DataType type) {
    return new NeuralNetConfiguration.Builder().dataType(type);
  }

  private static DenseLayer.Builder dense() {
    return new DenseLayer.Builder().nOut(4).activation(Activation.IDENTITY);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build();
  }

  private static SimpleRnn.Builder recurrent() {
    return new SimpleRnn.Builder().nOut(4).activation(Activation.TANH);
  }

  private static RnnOutputLayer steps() {
    return new RnnOutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build();
  }

  @Test
  void aRecurrentLayerWithItThrows() {
    InputType in = InputType.recurrent(3, 5);
    INDArray x = Nd4j.rand(DataType.DOUBLE, 2, 3, 5);
    MultiLayerNetwork dl4j =
        network(
            base(DataType.DOUBLE), in, List.of(recurrent().hasLayerNorm(true).build(), steps()));
    assertThatThrownBy(() -> dl4j.output(x))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Cannot get interval index");

    MultiLayerNetwork ours =
        network(base(DataType.DOUBLE), in, List.of(recurrent().build(), new LayerNorm(), steps()));
    assertThat(ours.output(x).isNaN().any()).isFalse();
  }

  /** Units that differ by a millionth: noise, which DL4J makes as large as any signal. */
  @Test
  void itHasNoEpsilon() {
    InputType in = InputType.feedForward(4);
    INDArray x = Nd4j.createFromArray(new double[][] {{1, 1 + 1e-6, 1, 1 + 1e-6}});
    MultiLayerNetwork dl4j =
        network(base(DataType.DOUBLE), in, List.of(dense().hasLayerNorm(true).build(), output()));
    MultiLayerNetwork ours =
        network(base(DataType.DOUBLE), in, List.of(dense().build(), new LayerNorm(), output()));
    dl4j.getLayer(0).getParam("W").assign(Nd4j.eye(4));
    ours.getLayer(0).getParam("W").assign(Nd4j.eye(4));
    assertThat(dl4j.feedForward(x).get(1).toDoubleVector())
        .containsExactly(new double[] {-1, 1, -1, 1}, within(1e-9));
    assertThat(ours.feedForward(x).get(2).toDoubleVector())
        .containsExactly(new double[] {-1.58e-4, 1.58e-4, -1.58e-4, 1.58e-4}, within(1e-6));
  }

  /** The mean is taken away as a float, which at 1000 has an error of 3e-5. */
  @Test
  void itLosesDigitsFarFromZero() {
    Nd4j.getRandom().setSeed(5);
    INDArray wide = Nd4j.randn(DataType.FLOAT, 1, 100).addi(1000);
    assertThat(dl4jError(wide)).isGreaterThan(3e-5);
    assertThat(ourError(wide)).isLessThan(1e-6);
  }

  private static double dl4jError(INDArray x) {
    INDArray y = Nd4j.create(DataType.FLOAT, x.shape());
    INDArray ones = Nd4j.ones(DataType.FLOAT, x.size(1));
    Nd4j.getExecutioner()
        .exec(new org.nd4j.linalg.api.ops.impl.transforms.custom.LayerNorm(x, ones, y, true, 1));
    return error(x, y.toDoubleVector(), 0);
  }

  private static double ourError(INDArray x) {
    OneLayer at = new OneLayer(new LayerNorm(), x.shape(), false, DataType.FLOAT);
    return error(x, at.forward(x.castTo(DataType.DOUBLE).toDoubleVector()), 1e-5);
  }

  private static double error(INDArray x, double[] y, double epsilon) {
    double mean = 0;
    double squares = 0;
    double worst = 0;
    for (int i = 0; i < y.length; i++) {
      mean += x.getDouble(0, i) / y.length;
    }
    for (int i = 0; i < y.length; i++) {
      squares += Math.pow(x.getDouble(0, i) - mean, 2) / y.length;
    }
    for (int i = 0; i < y.length; i++) {
      double exact = (x.getDouble(0, i) - mean) / Math.sqrt(squares + epsilon);
      worst = Math.max(worst, Math.abs(y[i] - exact));
    }
    return worst;
  }

  /** Nothing comes down from an output layer without weights, so that only l2 moves the gain. */
  @Test
  void l2ShrinksItsGain() {
    InputType in = InputType.feedForward(4);
    MultiLayerNetwork dl4j =
        network(
            base(DataType.DOUBLE).l2(0.1),
            in,
            List.of(dense().hasLayerNorm(true).build(), output()));
    MultiLayerNetwork ours =
        network(
            base(DataType.DOUBLE).l2(0.1), in, List.of(dense().build(), new LayerNorm(), output()));
    for (MultiLayerNetwork net : List.of(dl4j, ours)) {
      net.getOutputLayer().getParam("W").assign(0);
      net.fit(
          Nd4j.rand(DataType.DOUBLE, 2, 4), Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}}));
    }
    assertThat(dl4j.getLayer(0).getParam("g").toDoubleVector()).containsOnly(0.9);
    assertThat(ours.getLayer(1).getParam("g").toDoubleVector()).containsOnly(1);
  }
}
