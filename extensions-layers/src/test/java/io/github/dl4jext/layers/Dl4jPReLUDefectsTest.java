package io.github.dl4jext.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.ParameterFilter;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** What is wrong with DL4J's {@code PReLULayer}, and what {@link PReLU} computes. */
class Dl4jPReLUDefectsTest {

  private static MultiLayerNetwork network(InputType in, Layer prelu) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(1))
                .l2(0.1)
                .list()
                .layer(prelu)
                .layer(new OutputLayer.Builder().nOut(2).build())
                .setInputType(in)
                .build());
    net.init();
    return net;
  }

  private static PReLULayer dl4j(long... shape) {
    return new PReLULayer.Builder()
        .inputShape(shape)
        .weightInit(new WeightInitConstant(0.25))
        .build();
  }

  private static double[] slopes(MultiLayerNetwork net, String name) {
    return net.getLayer(0).getParam(name).dup('c').data().asDouble();
  }

  @Test
  void givesTheNumbersOfItsDocumentation() {
    OneLayer at = new OneLayer(new PReLU(), new long[] {2, 2}, false, DataType.DOUBLE);
    assertThat(at.forward(new double[] {-2, 3, 4, -1})).containsExactly(-0.5, 3, 4, -0.25);
    assertThat(at.backward(new double[] {1, 1, 1, 1})).containsExactly(0.25, 1, 1, 0.25);
    assertThat(at.gradient("alpha")).containsExactly(-2, -1);
    at.set("alpha", new double[] {2, 3});
    assertThat(at.forward(new double[] {-2, 3, 0, -1})).containsExactly(-4, 3, 0, -3);
    assertThat(at.forward(new double[] {Double.NaN, 1, 1, 1})[0]).isNaN();
  }

  /** In an image of two channels, whatever their order in memory. */
  @Test
  void slopesAreOfFeaturesElementsOrTheLayer() {
    double[] x = {-1, -2, -3, -4};
    for (boolean last : new boolean[] {false, true}) {
      long[] shape = {1, 2, 1, 2};
      OneLayer features = new OneLayer(new PReLU(), shape, last, DataType.DOUBLE);
      features.set("alpha", new double[] {2, 3});
      assertThat(features.forward(x)).containsExactly(-2, -4, -9, -12);
      features.backward(new double[] {1, 1, 1, 1});
      assertThat(features.gradient("alpha")).containsExactly(-3, -7);
      PReLU each = new PReLU().with(PReLU.SLOPES, PReLU.Slopes.ELEMENT);
      OneLayer elements = new OneLayer(each, shape, last, DataType.DOUBLE);
      elements.set("alpha", new double[] {2, 3, 4, 5});
      assertThat(elements.forward(x)).containsExactly(-2, -6, -12, -20);
      PReLU one = new PReLU(0.5).with(PReLU.SLOPES, PReLU.Slopes.LAYER);
      OneLayer layer = new OneLayer(one, shape, last, DataType.DOUBLE);
      assertThat(layer.forward(x)).containsExactly(-0.5, -1, -1.5, -2);
      layer.backward(new double[] {1, 1, 1, 1});
      assertThat(layer.gradient("alpha")).containsExactly(-10);
    }
  }

  @Test
  void sizesWithoutElementsAreRefused() {
    assertThatThrownBy(() -> new PReLU().with(PReLU.SIZES, Optional.of(List.of(3))))
        .hasMessage("prelu: sizes must be left out unless slopes=element, was [3]");
  }

  /** Where nothing decays both learn the same. */
  @Test
  void slopesLearnAsDl4jsDo() {
    MultiLayerNetwork theirs = network(InputType.feedForward(3), dl4j(3));
    MultiLayerNetwork ours = network(InputType.feedForward(3), new PReLU());
    ours.getLayer(1).setParams(theirs.getLayer(1).params().dup());
    ((PReLULayer) theirs.getLayer(0).conf().getLayer()).setRegularization(List.of());
    INDArray x = Nd4j.createFromArray(new double[][] {{1, -2, 3}, {-1, 2, -0.5}});
    for (int i = 0; i < 20; i++) {
      theirs.fit(new DataSet(x, Nd4j.eye(2).castTo(DataType.DOUBLE)));
      ours.fit(new DataSet(x, Nd4j.eye(2).castTo(DataType.DOUBLE)));
    }
    assertThat(slopes(ours, "alpha")).containsExactly(slopes(theirs, "W"), within(1e-12));
    assertThat(slopes(ours, "alpha")[0]).isNotCloseTo(0.25, within(1e-2));
  }

  @Test
  void dl4jWritesOverItsInputWhenItPredicts() {
    INDArray x = Nd4j.createFromArray(new double[][] {{1, -2, 3}});
    network(InputType.feedForward(3), dl4j(3))
        .getLayer(0)
        .activate(x, false, LayerWorkspaceMgr.noWorkspaces());
    assertThat(x.getDouble(0, 1)).isEqualTo(-0.5);
    INDArray y = Nd4j.createFromArray(new double[][] {{1, -2, 3}});
    network(InputType.feedForward(3), new PReLU())
        .getLayer(0)
        .activate(y, false, LayerWorkspaceMgr.noWorkspaces());
    assertThat(y.getDouble(0, 1)).isEqualTo(-2);
  }

  @Test
  void dl4jsSlopesDecay() {
    DataSet positive =
        new DataSet(Nd4j.ones(DataType.DOUBLE, 2, 3), Nd4j.eye(2).castTo(DataType.DOUBLE));
    MultiLayerNetwork theirs = network(InputType.feedForward(3), dl4j(3));
    theirs.fit(positive);
    assertThat(slopes(theirs, "W")).containsOnly(0.25 - 0.1 * 0.25);
    MultiLayerNetwork ours = network(InputType.feedForward(3), new PReLU());
    ours.fit(positive);
    assertThat(slopes(ours, "alpha")).containsOnly(0.25);
    Layer layer = ours.getLayer(0).conf().getLayer();
    for (ParameterFilter kind :
        List.of(
            ParameterFilter.weights(), ParameterFilter.biases(), ParameterFilter.normalization())) {
      assertThat(kind.test((PReLU) layer, "alpha")).isFalse();
    }
  }

  /** Sequences of another length than it was told. */
  @Test
  void dl4jWantsSequencesOfOneLength() {
    OneLayer ours = new OneLayer(new PReLU(), new long[] {1, 2, 3}, false, DataType.DOUBLE);
    assertThat(ours.activate(Nd4j.ones(DataType.DOUBLE, 1, 2, 5)).shape()).containsExactly(1, 2, 5);
    OneLayer theirs = new OneLayer(dl4j(2, 3), new long[] {1, 2, 3}, false, DataType.DOUBLE);
    assertThat(theirs.activate(Nd4j.ones(DataType.DOUBLE, 1, 2, 3)).shape())
        .containsExactly(1, 2, 3);
    assertThatThrownBy(() -> theirs.activate(Nd4j.ones(DataType.DOUBLE, 1, 2, 5)))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void dl4jDoesNotTakeItsShapeFromTheInputType() {
    assertThatThrownBy(() -> network(InputType.feedForward(3), new PReLULayer.Builder().build()))
        .isInstanceOf(NullPointerException.class);
    assertThat(network(InputType.feedForward(3), new PReLU()).getLayer(0).numParams()).isEqualTo(3);
  }
}
