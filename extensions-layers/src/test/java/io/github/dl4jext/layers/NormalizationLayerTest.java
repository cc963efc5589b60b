package io.github.dl4jext.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.InvalidArgumentException;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** What the normalizations refuse, and what of a network's settings they take. */
class NormalizationLayerTest {

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1));
  }

  private static MultiLayerConfiguration dense(NeuralNetConfiguration.Builder base, Layer layer) {
    return base.list()
        .layer(new DenseLayer.Builder().nOut(6).build())
        .layer(layer)
        .layer(new OutputLayer.Builder().nOut(2).build())
        .setInputType(InputType.feedForward(4))
        .build();
  }

  private static MultiLayerNetwork network(MultiLayerConfiguration conf) {
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  @Test
  void takesItsSizeWithoutAnInputType() {
    LayerNorm norm = new LayerNorm();
    norm.setNIn(6);
    MultiLayerNetwork net =
        network(
            base()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(6).build())
                .layer(norm)
                .layer(new OutputLayer.Builder().nIn(6).nOut(2).build())
                .build());
    assertThat(net.getLayer(1).getParam("g").length()).isEqualTo(6);
    assertThat(net.output(Nd4j.rand(DataType.DOUBLE, 3, 4)).isNaN().any()).isFalse();
    assertThat(MultiLayerConfiguration.fromJson(net.getLayerWiseConfigurations().toJson()))
        .isEqualTo(net.getLayerWiseConfigurations());
  }

  @Test
  void saysThatItHasNoSize() {
    List<NormalizationLayer> layers =
        List.of(new LayerNorm(), new GroupNorm(2), new LayerNorm().over(InputAxis.HEIGHT));
    for (NormalizationLayer layer : layers) {
      MultiLayerConfiguration conf =
          base()
              .list()
              .layer(layer)
              .layer(new OutputLayer.Builder().nIn(6).nOut(2).build())
              .build();
      assertThatThrownBy(() -> network(conf))
          .isInstanceOf(DL4JInvalidConfigException.class)
          .hasMessageContaining("must know the size of its input");
    }
  }

  @Test
  void refusesAxesThatItsInputHasNot() {
    assertThatThrownBy(() -> dense(base(), new LayerNorm().over(InputAxis.HEIGHT)))
        .hasMessageContaining("must have axes of its input")
        .hasMessageContaining("HEIGHT");
    assertThatThrownBy(
            () -> new RMSNorm().over(InputAxis.WIDTH).setNIn(InputType.recurrent(3, 4), true))
        .hasMessageContaining("must have axes of its input");
  }

  @Test
  void refusesGroupsThatDoNotDivideItsFeatures() {
    assertThatThrownBy(() -> dense(base(), new GroupNorm(4)))
        .hasMessageContaining("must have groups that divide its 6 features");
    assertThatThrownBy(() -> new GroupNorm(0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("group_norm: groups must be a whole number in [1, inf), was 0");
  }

  @Test
  void refusesAnotherSizeThanIsStated() {
    LayerNorm norm = new LayerNorm();
    norm.setNIn(5);
    assertThatThrownBy(() -> norm.setNIn(InputType.feedForward(6), false))
        .hasMessageContaining("must have an nIn of 6, as its input has, was 5");
    LayerNorm sized = new LayerNorm().with(LayerNorm.SIZES, Optional.of(List.of(5)));
    assertThatThrownBy(() -> sized.setNIn(InputType.feedForward(6), false))
        .hasMessageContaining("must have sizes [6], as its input has, were [5]");
    OneLayer at = new OneLayer(new LayerNorm(), new long[] {2, 6}, false, DataType.DOUBLE);
    assertThatThrownBy(() -> at.activate(Nd4j.rand(DataType.DOUBLE, 2, 5)))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("must get 6 features");
    assertThatThrownBy(() -> at.activate(Nd4j.rand(DataType.DOUBLE, 2, 6, 1, 1, 1, 1)))
        .hasMessageContaining("2 to 5 dimensions");
    OneLayer image =
        new OneLayer(
            new LayerNorm().over(InputAxis.HEIGHT),
            new long[] {2, 6, 3, 4},
            false,
            DataType.DOUBLE);
    assertThatThrownBy(() -> image.activate(Nd4j.rand(DataType.DOUBLE, 2, 6, 4, 4)))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("must get examples of its sizes");
  }

  @Test
  void refusesAMaskOfAnotherShape() {
    OneLayer at = new OneLayer(new GroupNorm(2), new long[] {2, 6, 4}, false, DataType.DOUBLE);
    at.mask(new double[][] {{1, 1, 1}, {1, 1, 1}});
    assertThatThrownBy(() -> at.activate(Nd4j.rand(DataType.DOUBLE, 2, 6, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a mask for 2 examples");
  }

  /** A smaller image, padded: as the image by itself, with 0 where it is padded. */
  @Test
  void takesMasksOfImages() {
    for (boolean featuresLast : new boolean[] {false, true}) {
      long[] shape = {1, 4, 3, 2};
      OneLayer padded = new OneLayer(new GroupNorm(2), shape, featuresLast, DataType.DOUBLE);
      OneLayer alone =
          new OneLayer(new GroupNorm(2), new long[] {1, 4, 2, 2}, featuresLast, DataType.DOUBLE);
      INDArray image = Nd4j.rand(DataType.DOUBLE, 1, 4, 2, 2);
      INDArray larger =
          Nd4j.concat(2, image, Nd4j.valueArrayOf(new long[] {1, 4, 1, 2}, 9.0, DataType.DOUBLE));
      padded.mask(Nd4j.createFromArray(1.0, 1, 0).reshape(1, 1, 3, 1));
      double[] expected = alone.forward(image.dup('c').data().asDouble());
      double[] actual = padded.forward(larger.dup('c').data().asDouble());
      for (int feature = 0; feature < 4; feature++) {
        for (int i = 0; i < 6; i++) {
          assertThat(actual[6 * feature + i]).isEqualTo(i < 4 ? expected[4 * feature + i] : 0.0);
        }
      }
    }
  }

  @Test
  void masksOfExamplesAreTakenToo() {
    OneLayer at = new OneLayer(new LayerNorm(), new long[] {2, 3}, false, DataType.DOUBLE);
    at.mask(new double[][] {{1}, {0}});
    double[] y = at.forward(new double[] {1, 2, 3, 4, Double.NaN, 6});
    assertThat(y[0]).isCloseTo(-1.2247, within(1e-4));
    assertThat(List.of(y[3], y[4], y[5])).containsOnly(0.0);
    assertThat(at.backward(new double[] {1, 2, 3, 4, 5, 6})).endsWith(0, 0, 0);
    assertThat(at.gradient("b")).containsExactly(1, 2, 3);
  }

  @Test
  void hasNoActivationWhateverTheBuilderSays() {
    MultiLayerNetwork net = network(dense(base().activation(Activation.RELU), new LayerNorm()));
    org.deeplearning4j.nn.conf.layers.BaseLayer norm =
        (org.deeplearning4j.nn.conf.layers.BaseLayer) net.getLayer(1).conf().getLayer();
    norm.setActivationFn(Activation.RELU.getActivationFunction());
    assertThat(norm.getActivationFn()).isInstanceOf(ActivationIdentity.class);
    INDArray y = net.feedForward(Nd4j.rand(DataType.DOUBLE, 3, 4)).get(2);
    assertThat(y.minNumber().doubleValue()).isNegative();
  }

  @Test
  void dropsItsInputInTrainingOnly() {
    LayerNorm norm = new LayerNorm();
    norm.setIDropout(new org.deeplearning4j.nn.conf.dropout.Dropout(0.5));
    MultiLayerNetwork net = network(dense(base(), norm));
    INDArray x = Nd4j.rand(DataType.DOUBLE, 3, 4);
    assertThat(net.feedForward(x, false).get(2)).isEqualTo(net.feedForward(x, false).get(2));
    assertThat(net.feedForward(x, true).get(2)).isNotEqualTo(net.feedForward(x, false).get(2));
  }

  /** DropConnect is for weights; a global one leaves gains alone. */
  @Test
  void noiseOfWeightsLeavesGainsAlone() {
    MultiLayerNetwork net =
        network(dense(base().weightNoise(new DropConnect(0.5)), new LayerNorm()));
    INDArray before = net.getLayer(1).getParam("g").dup();
    net.fit(new DataSet(Nd4j.rand(DataType.DOUBLE, 2, 4), Nd4j.eye(2).castTo(DataType.DOUBLE)));
    assertThat(net.getLayer(1).getParam("g").ravel().toDoubleVector())
        .isNotEqualTo(before.ravel().toDoubleVector());
    assertThat(net.params().isNaN().any()).isFalse();
  }

  @Test
  void takesHalfNumbers() {
    OneLayer at = new OneLayer(new LayerNorm(), new long[] {1, 4}, false, DataType.FLOAT16);
    INDArray y = at.activate(Nd4j.createFromArray(new double[][] {{1, 2, 3, 6}}));
    assertThat(y.dataType()).isEqualTo(DataType.FLOAT16);
    assertThat(y.castTo(DataType.DOUBLE).toDoubleVector())
        .containsExactly(new double[] {-1.0690, -0.5345, 0, 1.6036}, within(1e-3));
    at.backward(new double[] {1, 0, 0, 0});
    assertThat(at.gradient("b")).containsExactly(1, 0, 0, 0);
  }

  @Test
  void givesTheNumbersOfItsDocumentation() {
    OneLayer layer = new OneLayer(new LayerNorm(), new long[] {1, 4}, false, DataType.DOUBLE);
    assertThat(layer.forward(new double[] {1, 2, 3, 6}))
        .containsExactly(new double[] {-1.0690, -0.5345, 0, 1.6036}, within(5e-5));
    OneLayer rms = new OneLayer(new RMSNorm(), new long[] {1, 4}, false, DataType.DOUBLE);
    assertThat(rms.forward(new double[] {1, 2, 3, 6}))
        .containsExactly(new double[] {0.2828, 0.5657, 0.8485, 1.6971}, within(5e-5));
    OneLayer groups = new OneLayer(new GroupNorm(2), new long[] {1, 4}, false, DataType.DOUBLE);
    assertThat(groups.forward(new double[] {1, 3, 10, 30}))
        .containsExactly(new double[] {-1, 1, -1, 1}, within(1e-5));
    assertThat(layer.forward(new double[] {7, 7, 7, 7})).containsOnly(0);
    assertThat(layer.forward(new double[] {7, Double.NaN, 7, 7})).containsOnly(Double.NaN);
  }

  /** DL4J says of every volume that its features are last. */
  @Test
  void normalizesVolumesInBothOrders() {
    for (Convolution3D.DataFormat format : Convolution3D.DataFormat.values()) {
      boolean last = format == Convolution3D.DataFormat.NDHWC;
      MultiLayerNetwork net =
          network(
              base()
                  .list()
                  .layer(new Convolution3D.Builder(1, 1, 1).nOut(6).dataFormat(format).build())
                  .layer(new GroupNorm(3).with(GroupNorm.FEATURES_LAST, last))
                  .layer(new GlobalPoolingLayer())
                  .layer(new OutputLayer.Builder().nIn(last ? 2 : 6).nOut(2).build())
                  .setInputType(InputType.convolutional3D(format, 3, 4, 2, 5))
                  .build());
      INDArray x =
          last
              ? Nd4j.rand(DataType.DOUBLE, 2, 3, 4, 2, 5)
              : Nd4j.rand(DataType.DOUBLE, 2, 5, 3, 4, 2);
      INDArray y = net.feedForwardToLayer(1, x).get(2);
      INDArray first = (last ? y.permute(0, 4, 1, 2, 3) : y).dup('c').reshape(2, 3, -1);
      assertThat(first.mean(2).dup().data().asDouble())
          .containsExactly(new double[6], within(1e-12));
      assertThat(first.var(false, 2).dup().data().asDouble())
          .containsExactly(new double[] {1, 1, 1, 1, 1, 1}, within(1e-2));
    }
  }

  @Test
  void takesFlatImages() {
    MultiLayerNetwork net =
        network(
            base()
                .list()
                .layer(new GroupNorm(3))
                .layer(new OutputLayer.Builder().nOut(2).build())
                .setInputType(InputType.convolutionalFlat(2, 2, 3))
                .build());
    assertThat(net.getLayer(0).getParam("g").length()).isEqualTo(3);
    assertThat(net.output(Nd4j.rand(DataType.DOUBLE, 2, 12)).isNaN().any()).isFalse();
  }

  @Test
  void refusesBadJsonOfANetworkByName() {
    String json = dense(base(), new LayerNorm()).toJson();
    assertThatThrownBy(
            () -> MultiLayerConfiguration.fromJson(json.replace("\"epsilon\" : 1.0E-5,", "")))
        .hasStackTraceContaining("layer_norm: epsilon must be")
        .hasStackTraceContaining("was not given");
    assertThatThrownBy(
            () ->
                MultiLayerConfiguration.fromJson(
                    json.replaceFirst("\"arguments\" : \\{[^}]*}", "\"arguments\" : null")))
        .hasStackTraceContaining("layer_norm: arguments must be");
    assertThatThrownBy(
            () ->
                MultiLayerConfiguration.fromJson(
                    json.replaceFirst("\"arguments\" : \\{[^}]*},", "")))
        .hasStackTraceContaining("layer_norm: arguments must be");
  }

  @Test
  void aLayerByItselfCanBeFedAgain() {
    OneLayer at = new OneLayer(new GroupNorm(2), new long[] {2, 4, 3}, false, DataType.DOUBLE);
    INDArray longer = Nd4j.rand(DataType.DOUBLE, 1, 4, 7);
    assertThat(at.activate(longer).shape()).containsExactly(1, 4, 7);
    assertThat(at.activate(Nd4j.rand(DataType.DOUBLE, 2, 4, 3)).shape()).containsExactly(2, 4, 3);
  }
}
