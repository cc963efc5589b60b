package io.github.dl4jext.transfer.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.transfer.Nets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Convolutions of every kind take in a batch norm after them, and before them where unpadded. */
class FoldedConvolutionTest {

  private static final double DOUBLE = 1e-12;
  private static final double FLOAT = 1e-5;

  private static ConvolutionLayer convolution(CNN2DFormat format, boolean bias) {
    return new ConvolutionLayer.Builder(3, 2)
        .nOut(5)
        .stride(2, 1)
        .hasBias(bias)
        .dataFormat(format)
        .build();
  }

  private static Layer depthwise(CNN2DFormat format, boolean bias) {
    return new DepthwiseConvolution2D.Builder(2, 3)
        .depthMultiplier(2)
        .nOut(6)
        .hasBias(bias)
        .dataFormat(format)
        .build();
  }

  private static Layer separable(CNN2DFormat format, boolean bias) {
    return new SeparableConvolution2D.Builder(2, 3)
        .depthMultiplier(2)
        .nOut(5)
        .hasBias(bias)
        .dataFormat(format)
        .build();
  }

  private static Layer deconvolution(CNN2DFormat format, boolean bias) {
    return new Deconvolution2D.Builder(3, 2)
        .nOut(5)
        .stride(2, 2)
        .hasBias(bias)
        .dataFormat(format)
        .build();
  }

  static Stream<Arguments> layers() {
    return Stream.of(CNN2DFormat.values())
        .flatMap(
            format ->
                Stream.of(true, false)
                    .flatMap(
                        bias ->
                            Stream.of(
                                Arguments.of(format, convolution(format, bias)),
                                Arguments.of(format, depthwise(format, bias)),
                                Arguments.of(format, separable(format, bias)),
                                Arguments.of(format, deconvolution(format, bias)))));
  }

  private static BatchNormalization norm(CNN2DFormat format) {
    return new BatchNormalization.Builder().dataFormat(format).build();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void takesInWhatFollows(CNN2DFormat format, Layer layer) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      InputType input = InputType.convolutional(7, 6, 3, format);
      MultiLayerNetwork net =
          Nets.of(
              type,
              input,
              layer.clone(),
              norm(format),
              new ActivationLayer(Activation.RELU),
              Nets.softmax(4));

      FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, input);

      assertThat(folded.kept()).isEmpty();
      assertThat(folded.relativeDifference())
          .as(folded.summary())
          .isLessThan(type == DataType.DOUBLE ? DOUBLE : FLOAT);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void takesInWhatStandsBefore(CNN2DFormat format, Layer layer) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      InputType input = InputType.convolutional(7, 6, 3, format);
      MultiLayerNetwork net = Nets.of(type, input, norm(format), layer.clone(), Nets.softmax(4));

      FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, input);

      assertThat(folded.relativeDifference())
          .as(folded.summary())
          .isLessThan(type == DataType.DOUBLE ? DOUBLE : FLOAT);
      if (layer instanceof Deconvolution2D) {
        assertThat(folded.kept().get("layer0"))
            .contains("the border of the deconvolution `layer1`");
      } else {
        assertThat(folded.kept()).isEmpty();
      }
    }
  }

  @Test
  void paddedConvolutionIsKeptOut() {
    InputType input = InputType.convolutional(7, 6, 3);
    for (ConvolutionLayer.Builder layer :
        new ConvolutionLayer.Builder[] {
          new ConvolutionLayer.Builder(3, 3).convolutionMode(ConvolutionMode.Same),
          new ConvolutionLayer.Builder(3, 3).padding(0, 1)
        }) {
      MultiLayerNetwork net =
          Nets.of(
              DataType.DOUBLE,
              input,
              new ActivationLayer(Activation.RELU),
              Nets.norm(),
              layer.nOut(2).build(),
              Nets.softmax(4));

      FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, input);

      assertThat(folded.folded()).isEmpty();
      assertThat(folded.kept().get("layer1"))
          .contains("`layer0` (ActivationLayer) stands between")
          .contains("`layer2` (ConvolutionLayer) pads its border with zeros");
      assertThat(folded.largestDifference()).isZero();
    }
  }

  @Test
  void kernelOfOneHasNoBorder() {
    InputType input = InputType.convolutional(7, 6, 3);
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            input,
            Nets.norm(),
            new ConvolutionLayer.Builder(1, 1)
                .convolutionMode(ConvolutionMode.Same)
                .nOut(2)
                .build(),
            Nets.softmax(4));

    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, input);

    assertThat(folded.kept()).isEmpty();
    assertThat(folded.relativeDifference()).isLessThan(DOUBLE);
  }

  @Test
  void sequencesWithChannelsLast() {
    InputType input = InputType.recurrent(3, 9, RNNFormat.NWC);
    for (boolean bias : new boolean[] {true, false}) {
      MultiLayerNetwork net =
          Nets.of(
              DataType.DOUBLE,
              input,
              convolution1d(3, 5, bias),
              norm(CNN2DFormat.NHWC),
              new ActivationLayer(Activation.RELU),
              norm(CNN2DFormat.NHWC),
              convolution1d(5, 4, bias),
              new RnnOutputLayer.Builder(LossFunction.MSE)
                  .nIn(4)
                  .nOut(2)
                  .dataFormat(RNNFormat.NWC)
                  .build());

      FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, input);

      assertThat(folded.kept()).isEmpty();
      assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(DOUBLE);
    }
  }

  private static Convolution1DLayer convolution1d(int in, int out, boolean bias) {
    return new Convolution1DLayer.Builder(3)
        .nIn(in)
        .nOut(out)
        .hasBias(bias)
        .convolutionMode(ConvolutionMode.Truncate)
        .rnnDataFormat(RNNFormat.NWC)
        .build();
  }

  @Test
  void dl4jNormalizesChannelsFirstSequencesByExample() {
    InputType input = InputType.recurrent(3, 9);
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            input,
            new Convolution1DLayer.Builder(3).nOut(5).build(),
            Nets.norm(),
            new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build());

    assertThatThrownBy(() -> net.output(Nets.normal(DataType.DOUBLE, 1, 4, 3, 9)))
        .as("any number of examples should do")
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BatchNormFolding.fold(net, input))
        .hasMessageContaining("does not run on the batch of shape [[23, 3, 9]]");

    FoldedNetwork<MultiLayerNetwork> folded =
        BatchNormFolding.fold(net, Nets.normal(DataType.DOUBLE, 1, 5, 3, 9));
    assertThat(folded.kept().get("layer1")).contains("by example, not by channel");
  }

  @Test
  void dl4jHasNoBatchNormOfVolumes() {
    InputType input = InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 5, 6, 4, 2);
    MultiLayerNetwork net =
        Nets.of(
            DataType.FLOAT,
            input,
            new Convolution3D.Builder(2, 3, 2).nOut(4).build(),
            Nets.norm(),
            Nets.softmax(3));

    assertThatThrownBy(() -> BatchNormFolding.fold(net, input))
        .hasMessageContaining("Unable to process input of rank 5");
  }

  @Test
  void volumesOfOnePoint() {
    for (boolean bias : new boolean[] {true, false}) {
      for (Layer last :
          new Layer[] {
            new Convolution3D.Builder(1, 1, 1).nIn(6).nOut(4).hasBias(bias).build(),
            new Deconvolution3D.Builder()
                .kernelSize(1, 1, 1)
                .stride(1, 1, 1)
                .nIn(6)
                .nOut(4)
                .hasBias(bias)
                .build()
          }) {
        MultiLayerNetwork net =
            new MultiLayerNetwork(
                Nets.base(DataType.DOUBLE)
                    .list()
                    .layer(
                        new Convolution3D.Builder(2, 3, 2)
                            .nIn(2)
                            .nOut(6)
                            .activation(Activation.TANH)
                            .build())
                    .layer(last)
                    .layer(new BatchNormalization.Builder().nIn(4).nOut(4).build())
                    .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(3).build())
                    .inputPreProcessor(
                        2,
                        new Cnn3DToFeedForwardPreProcessor(
                            1, 1, 1, 4, Convolution3D.DataFormat.NCDHW))
                    .build());
        net.init();
        Arrays.stream(net.getLayers()).forEach(layer -> Nets.fill(layer.paramTable()));

        FoldedNetwork<MultiLayerNetwork> folded =
            BatchNormFolding.fold(net, Nets.normal(DataType.DOUBLE, 1, 5, 2, 2, 3, 2));

        assertThat(folded.folded()).hasToString("{layer2=[layer1]}");
        assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(DOUBLE);
      }
    }
  }

  @Test
  void goesPastPooling() {
    InputType input = InputType.convolutional(8, 6, 3);
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            input,
            convolution(CNN2DFormat.NCHW, true),
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG, new int[] {2, 2})
                .stride(1, 1)
                .build(),
            Nets.norm(),
            new ActivationLayer(Activation.TANH),
            Nets.norm(),
            new GlobalPoolingLayer(PoolingType.AVG),
            Nets.softmax(4));

    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, input);

    assertThat(folded.folded()).hasToString("{layer2=[layer0], layer4=[layer6]}");
    assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(DOUBLE);
  }

  @Test
  void maximumIsPassedOnlyByARisingMap() {
    InputType input = InputType.convolutional(8, 6, 3);
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            input,
            convolution(CNN2DFormat.NCHW, true),
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2})
                .stride(1, 1)
                .build(),
            Nets.norm(),
            new ActivationLayer(Activation.TANH),
            Nets.softmax(4));

    assertThat(BatchNormFolding.fold(net, input).kept().get("layer2"))
        .contains("`layer1` (SubsamplingLayer) stands between");

    net.getLayer(2).getParam("gamma").assign(0.7);
    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net, input);
    assertThat(folded.folded()).hasToString("{layer2=[layer0]}");
    assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(DOUBLE);
  }

  @Test
  void imagesAfterDenseLayersAndFlattenedOnes() {
    // dense outputs that a preprocessor turns into an image, normalized by its channels
    MultiLayerNetwork net =
        Nets.of(
            DataType.DOUBLE,
            InputType.convolutionalFlat(4, 5, 3),
            Nets.norm(),
            new ConvolutionLayer.Builder(2, 2).nOut(4).build(),
            Nets.norm(),
            Nets.dense(7, Activation.RELU),
            Nets.softmax(3));

    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net);

    assertThat(folded.kept()).isEmpty();
    assertThat(folded.network().getnLayers()).isEqualTo(3);
    assertThat(folded.relativeDifference()).as(folded.summary()).isLessThan(DOUBLE);
  }
}
