package io.github.dl4jext.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.ParameterFilter;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** What gated units compute, begin with and refuse. */
class GatedLayerTest {

  private static List<GatedLayer> layers(int units) {
    return List.of(new GLU(units), new SwiGLU(units), new GEGLU(units), new ReGLU(units));
  }

  /** One unit whose weights are 1, so that x is z, and whose value is 2. */
  private static OneLayer unit(GatedLayer layer, DataType type) {
    OneLayer at = new OneLayer(layer, new long[] {1, 1}, false, type);
    at.set("W", new double[] {1});
    at.set("V", new double[] {0});
    at.set("c", new double[] {2});
    return at;
  }

  @Test
  void givesTheNumbersOfItsDocumentation() {
    double[] expected = {1.4621, 1.4621, 1.6827, 2};
    for (int i = 0; i < expected.length; i++) {
      OneLayer at = unit(layers(1).get(i), DataType.DOUBLE);
      assertThat(at.forward(new double[] {1})[0]).isCloseTo(expected[i], within(5e-5));
    }
  }

  @Test
  void isFiniteFarFromZero() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (GatedLayer layer : layers(1)) {
        for (double z : new double[] {-1e30, -1e4, -100, 0, 100, 1e4, 1e30}) {
          OneLayer at = unit(layer, type);
          double high = layer instanceof GLU ? 2 : 2 * z;
          double y = at.forward(new double[] {z})[0];
          double slope = at.backward(new double[] {1})[0];
          if (z != 0) {
            assertThat(y)
                .as("%s of %s", layer, z)
                .isCloseTo(z > 0 ? high : 0, within(1e-6 * Math.abs(high)));
            double steep = layer instanceof GLU || z < 0 ? 0 : 2;
            assertThat(slope).as("%s' of %s", layer, z).isCloseTo(steep, within(1e-6));
          } else {
            assertThat(y).isEqualTo(layer instanceof GLU ? 1 : 0);
          }
        }
        assertThat(unit(layer, type).forward(new double[] {Double.NaN})[0]).isNaN();
      }
    }
  }

  private static MultiLayerNetwork network(
      NeuralNetConfiguration.Builder base, GatedLayer layer, int inputs) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base.seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(layer)
                .layer(new OutputLayer.Builder().nOut(2).build())
                .setInputType(InputType.feedForward(inputs))
                .build());
    net.init();
    return net;
  }

  /** Each projection by itself: of one matrix of twice as many outputs Xavier's would be less. */
  @Test
  void beginsAsTheNetworksInitialiserSays() {
    MultiLayerNetwork net =
        network(
            new NeuralNetConfiguration.Builder().weightInit(WeightInit.XAVIER).biasInit(0.25),
            new SwiGLU(300),
            200);
    for (String name : List.of("W", "V")) {
      INDArray weights = net.getLayer(0).getParam(name);
      assertThat(weights.shape()).containsExactly(200, 300);
      // 60,000 numbers: the standard error of the variance is 0.6 %
      assertThat(weights.varNumber().doubleValue()).isCloseTo(2.0 / 500, within(0.03 * 2 / 500));
    }
    assertThat(net.getLayer(0).getParam("W").ravel().toDoubleVector())
        .isNotEqualTo(net.getLayer(0).getParam("V").ravel().toDoubleVector());
    assertThat(net.getLayer(0).getParam("b").toDoubleVector()).containsOnly(0.25);
    assertThat(net.getLayer(0).getParam("c").toDoubleVector()).containsOnly(0.25);
  }

  @Test
  void hasNoBiasIfToldSo() {
    MultiLayerNetwork net =
        network(new NeuralNetConfiguration.Builder(), new SwiGLU(3).with(SwiGLU.BIAS, false), 4);
    assertThat(net.getLayer(0).paramTable()).containsOnlyKeys("W", "V");
    assertThat(net.getLayer(0).numParams()).isEqualTo(24);
    net.fit(new DataSet(Nd4j.rand(DataType.DOUBLE, 2, 4), Nd4j.eye(2).castTo(DataType.DOUBLE)));
    assertThat(net.params().isNaN().any()).isFalse();
  }

  @Test
  void bothWeightsDecayAndAreUnits() {
    for (GatedLayer layer : layers(3)) {
      ParameterFilter decay = ParameterFilter.weights();
      assertThat(decay.test(layer, "W") && decay.test(layer, "V")).isTrue();
      assertThat(decay.test(layer, "b") || decay.test(layer, "c")).isFalse();
      assertThat(UnitAxes.isKernel(layer, "V")).isTrue();
    }
  }

  @Test
  void takesNoiseOfWeights() {
    MultiLayerNetwork net =
        network(
            new NeuralNetConfiguration.Builder().weightNoise(new DropConnect(0.5)), new GLU(3), 4);
    INDArray x = Nd4j.rand(DataType.DOUBLE, 2, 4);
    assertThat(net.feedForward(x, true).get(1)).isNotEqualTo(net.feedForward(x, false).get(1));
    net.fit(new DataSet(x, Nd4j.eye(2).castTo(DataType.DOUBLE)));
    assertThat(net.params().isNaN().any()).isFalse();
  }

  @Test
  void refusesWhatItCannotTake() {
    assertThatThrownBy(() -> new GEGLU(0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("geglu: nOut must be a whole number in [1, inf), was 0");
    assertThatThrownBy(() -> new SwiGLU(3, -1))
        .hasMessage("swiglu: beta must be a number in [0, inf), was -1.0");
    assertThatThrownBy(() -> new SwiGLU(3).with(SwiGLU.NOUT, 4)).hasMessageContaining("nOut");
    OneLayer at = new OneLayer(new GLU(3), new long[] {2, 4}, false, DataType.DOUBLE);
    assertThatThrownBy(() -> at.activate(Nd4j.rand(DataType.DOUBLE, 2, 4, 5)))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("must get rows of 4 numbers");
    assertThatThrownBy(() -> at.activate(Nd4j.rand(DataType.DOUBLE, 2, 5)))
        .hasMessageContaining("must get rows of 4 numbers, was given [2, 5]");
  }

  @Test
  void refusesBadJsonOfANetworkByName() {
    String json =
        network(new NeuralNetConfiguration.Builder(), new SwiGLU(3), 4)
            .getLayerWiseConfigurations()
            .toJson();
    assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(json.replace("\"beta\" : 1.0,", "")))
        .hasStackTraceContaining("swiglu: beta must be");
    assertThatThrownBy(
            () ->
                MultiLayerConfiguration.fromJson(
                    json.replace("\"beta\" : 1.0,", "\"beta\" : \"1.0\",")))
        .hasStackTraceContaining("swiglu: beta must be");
  }
}
