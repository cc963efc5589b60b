package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/**
 * What is wrong with the dropouts of DL4J, and right here. The day that one of these tests fails,
 * DL4J has been mended.
 */
class Dl4jDropoutDefectsTest {

  private static final ISchedule SCHEDULE =
      new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.25));

  private static double shareOfZeros(IDropout dropout) {
    Nd4j.getRandom().setSeed(1);
    INDArray x = Nd4j.ones(DataType.DOUBLE, 100_000);
    dropout.applyDropout(x, x, 0, 0, LayerWorkspaceMgr.noWorkspaces());
    return x.eq(0).castTo(DataType.DOUBLE).meanNumber().doubleValue();
  }

  @Test
  void theNumberIsTheShareKept() {
    double bound = 4.89 * Math.sqrt(0.2 * 0.8 / 100_000); // once in a million runs
    assertThat(shareOfZeros(new org.deeplearning4j.nn.conf.dropout.Dropout(0.2)))
        .isCloseTo(0.8, within(bound));
    assertThat(shareOfZeros(new DenseLayer.Builder().dropOut(0.2).build().getIDropout()))
        .isCloseTo(0.8, within(bound));
    assertThat(shareOfZeros(Dropout.dropping(0.2))).isCloseTo(0.2, within(bound));
  }

  private static IDropout throughJson(IDropout dropout) throws JsonProcessingException {
    return NeuralNetConfiguration.mapper()
        .readValue(NeuralNetConfiguration.mapper().writeValueAsString(dropout), IDropout.class);
  }

  @Test
  void alphaDropoutLosesItsScheduleInJson() throws JsonProcessingException {
    var theirs = new org.deeplearning4j.nn.conf.dropout.AlphaDropout(SCHEDULE);
    assertThat(theirs.getPSchedule()).isEqualTo(SCHEDULE);
    var read = (org.deeplearning4j.nn.conf.dropout.AlphaDropout) throughJson(theirs);
    assertThat(read.getPSchedule()).isNull();
    assertThat(read.getP()).isNaN();
    assertThat(throughJson(AlphaDropout.dropping(SCHEDULE)))
        .isEqualTo(AlphaDropout.dropping(SCHEDULE));
  }

  private static void fitWithShared(IDropout shared) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(4).dropOut(shared).build())
                .layer(new DenseLayer.Builder().nIn(4).nOut(4).dropOut(shared).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(4).build())
                .build());
    net.init();
    net.fit(Nd4j.rand(3, 4), Nd4j.rand(3, 4));
  }

  @Test
  void layersMayNotShareAnInstance() {
    IDropout theirs = new org.deeplearning4j.nn.conf.dropout.Dropout(0.5);
    assertThatThrownBy(() -> fitWithShared(theirs))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("mask array is absent");
    fitWithShared(Dropout.dropping(0.5));
  }

  @Test
  void spatialDropoutDropsRowsWhereChannelsAreLast() {
    INDArray x = Nd4j.ones(DataType.DOUBLE, 4, 6, 5, 3); // [n, h, w, c]
    INDArray theirs = x.dup();
    Nd4j.getRandom().setSeed(2);
    new org.deeplearning4j.nn.conf.dropout.SpatialDropout(0.5)
        .applyDropout(theirs, theirs, 0, 0, LayerWorkspaceMgr.noWorkspaces());
    assertThat(isConstant(theirs.permute(0, 3, 1, 2))).isFalse();
    assertThat(isConstant(theirs)).as("rows were dropped").isTrue();
  }

  /** Whether each [h, w] of an [n, c, h, w] has one value. */
  private static boolean isConstant(INDArray maps) {
    INDArray flat =
        maps.dup('c').reshape('c', maps.size(0) * maps.size(1), maps.size(2) * maps.size(3));
    return flat.max(1).equals(flat.min(1));
  }

  /** A layer of 1000 weights and biases of 1, whose outputs are 1001 without noise. */
  private static MultiLayerNetwork sums(IWeightNoise noise) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(DataType.DOUBLE)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(1000)
                        .nOut(1000)
                        .activation(Activation.IDENTITY)
                        .weightNoise(noise)
                        .build())
                .build());
    net.init();
    net.params().assign(1);
    return net;
  }

  private static double meanOutput(IWeightNoise noise, boolean training) {
    MultiLayerNetwork net = sums(noise);
    Nd4j.getRandom().setSeed(6);
    return net.output(Nd4j.ones(DataType.DOUBLE, 1, 1000), training).meanNumber().doubleValue();
  }

  @Test
  void dropConnectIsNotRescaled() {
    IWeightNoise theirs = new org.deeplearning4j.nn.conf.weightnoise.DropConnect(0.7);
    // a million weights of standard deviation sqrt(0.3 * 0.7), in sums of a thousand
    double bound = 4.89 * Math.sqrt(0.3 * 0.7 / 1e6) * 1000;
    assertThat(meanOutput(theirs, true)).isCloseTo(701, within(bound));
    assertThat(meanOutput(theirs, false)).isEqualTo(1001);
    assertThat(meanOutput(DropConnect.dropping(0.3), true)).isCloseTo(1001, within(bound / 0.7));
    assertThat(meanOutput(DropConnect.dropping(0.3), false)).isEqualTo(1001);
  }

  @Test
  void dropConnectGoesOnToDropBiasesInUse() {
    IWeightNoise theirs = new org.deeplearning4j.nn.conf.weightnoise.DropConnect(0.7, true);
    double bound = 4.89 * Math.sqrt(0.3 * 0.7 / 1000); // of a thousand biases
    assertThat(meanOutput(theirs, false)).isCloseTo(1000.7, within(bound));
    assertThat(
            meanOutput(
                DropConnect.dropping(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.3)))
                    .withBiases(),
                false))
        .isEqualTo(1001);
  }

  private static MultiLayerNetwork network(InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(DataType.DOUBLE)
            .activation(Activation.TANH)
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
    net.init();
    return net;
  }

  private static Layer dense(IDropout dropout) {
    return new DenseLayer.Builder().nOut(4).dropOut(dropout).build();
  }

  private static Layer convolution() {
    return new ConvolutionLayer.Builder(1, 1).nOut(2).build();
  }

  private static Layer output() {
    return new OutputLayer.Builder(LossFunction.MSE).nOut(2).build();
  }

  @Test
  void aFrozenLayerDropsOnTheWayBackAlone() {
    INDArray x = Nd4j.linspace(DataType.DOUBLE, -1, 0.1, 20).reshape(4, 5);
    INDArray y = Nd4j.ones(DataType.DOUBLE, 4, 2).muli(0.3);
    InputType input = InputType.feedForward(5);
    MultiLayerNetwork within =
        network(
            input,
            dense(null),
            new FrozenLayerWithBackprop(dense(Dropout.dropping(0.5))),
            output());
    assertThat(within.output(x, true)).isEqualTo(within.output(x, false));
    assertThat(GradientChecks.error(within, within.getLayer(0), x, y)).isGreaterThan(1e-3);
    MultiLayerNetwork front =
        network(
            input,
            dense(null),
            Dropouts.layer(Dropout.dropping(0.5)),
            new FrozenLayerWithBackprop(dense(null)),
            output());
    assertThat(front.output(x, true)).isNotEqualTo(front.output(x, false));
    assertThat(GradientChecks.error(front, front.getLayer(0), x, y)).isLessThan(1e-8);
  }

  @Test
  void someLayersIgnoreTheirDropout() {
    IDropout dropout = Dropout.dropping(0.5);
    InputType images = InputType.convolutional(4, 4, 2);
    INDArray x = Nd4j.linspace(DataType.DOUBLE, -1, 0.1, 64).reshape(2, 2, 4, 4);
    for (Layer layer :
        List.of(
            new ActivationLayer.Builder().activation(Activation.TANH).dropOut(dropout).build(),
            new SubsamplingLayer.Builder().kernelSize(2, 2).dropOut(dropout).build(),
            new GlobalPoolingLayer.Builder().dropOut(dropout).build())) {
      MultiLayerNetwork own = network(images, convolution(), layer, output());
      assertThat(own.output(x, true)).as("%s", layer).isEqualTo(own.output(x, false));
      Layer plain = layer.clone();
      plain.setIDropout(null);
      MultiLayerNetwork front =
          network(images, convolution(), Dropouts.layer(dropout), plain, output());
      assertThat(front.output(x, true)).as("%s", layer).isNotEqualTo(front.output(x, false));
    }
  }
}
