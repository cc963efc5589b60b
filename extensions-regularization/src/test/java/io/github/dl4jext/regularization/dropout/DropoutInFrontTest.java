package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Layers of DL4J whose own {@code dropOut(...)} gives a wrong gradient or throws: their backward
 * pass forgets it or has the dimensions in another order. A layer that drops in front of them is
 * right.
 */
class DropoutInFrontTest {

  /** A layer and what is around it. */
  record Case(String name, InputType input, Layer below, Layer layer, Layer above, long[] labels) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    InputType dense = InputType.feedForward(5);
    InputType sequence = InputType.recurrent(3, 4);
    InputType sequenceLast = InputType.recurrent(3, 4, RNNFormat.NWC);
    InputType image = InputType.convolutional(4, 4, 2);
    InputType imageLast = InputType.convolutional(4, 4, 2, CNN2DFormat.NHWC);
    InputType volume = InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 3, 3, 3, 2);
    Layer rnn = new SimpleRnn.Builder().nOut(4).build();
    Layer convolution = new ConvolutionLayer.Builder(1, 1).nOut(4).build();
    Layer convolution3D = new Convolution3D.Builder(2, 2, 2).nOut(3).build();
    Layer out = new OutputLayer.Builder(LossFunction.MSE).nOut(2).build();
    Layer rnnOut = new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build();
    long[] two = {2, 2};
    long[] overTime = {2, 2, 4};
    return Stream.of(
        new Case("RnnOutputLayer", sequence, rnn, rnnOut, null, overTime),
        new Case(
            "Convolution1DLayer",
            sequence,
            rnn,
            new Convolution1DLayer.Builder(2).nOut(4).convolutionMode(ConvolutionMode.Same).build(),
            rnnOut,
            overTime),
        new Case(
            "SimpleRnn, NWC",
            sequenceLast,
            new SimpleRnn.Builder().nOut(5).dataFormat(RNNFormat.NWC).build(),
            new LastTimeStep(new SimpleRnn.Builder().nOut(3).dataFormat(RNNFormat.NWC).build()),
            out,
            two),
        new Case(
            "ConvolutionLayer, NHWC",
            imageLast,
            new ConvolutionLayer.Builder(2, 2).nOut(4).dataFormat(CNN2DFormat.NHWC).build(),
            new ConvolutionLayer.Builder(2, 2).nOut(4).dataFormat(CNN2DFormat.NHWC).build(),
            out,
            two),
        new Case(
            "Deconvolution2D",
            image,
            convolution,
            new Deconvolution2D.Builder(2, 2).nOut(4).build(),
            out,
            two),
        new Case(
            "Deconvolution3D",
            volume,
            convolution3D,
            new Deconvolution3D.Builder().kernelSize(2, 2, 2).nOut(3).build(),
            out,
            two),
        new Case(
            "SpaceToDepthLayer",
            image,
            convolution,
            new SpaceToDepthLayer.Builder<>(2, CNN2DFormat.NCHW).build(),
            out,
            two),
        new Case(
            "RepeatVector",
            dense,
            new DenseLayer.Builder().nOut(4).build(),
            new RepeatVector.Builder<>(4).build(),
            rnnOut,
            overTime));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theHostsOwnWayIsWrong(Case one) {
    Layer layer = one.layer().clone();
    Layer dropping = layer instanceof LastTimeStep last ? last.getUnderlying() : layer;
    dropping.setIDropout(new Dropout(0.6));
    try {
      assertThat(error(one, one.below().clone(), layer)).isGreaterThan(1e-3);
    } catch (RuntimeException shapesDoNotFit) {
      assertThat(shapesDoNotFit).hasMessageContaining("Op [multiply] execution failed");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aLayerInFrontIsRight(Case one) {
    Layer drops = Dropouts.layer("dropout(rate=0.4)");
    assertThat(error(one, one.below().clone(), drops, one.layer().clone())).isLessThan(1e-7);
  }

  /** The error of the gradient of the layer below. */
  private static double error(Case one, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .activation(Activation.TANH)
            .list();
    List<Layer> all = new ArrayList<>(List.of(layers));
    if (one.above() != null) {
      all.add(one.above().clone());
    }
    all.forEach(list::layer);
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(one.input()).build());
    net.init();
    Nd4j.getRandom().setSeed(9);
    long[] shape = one.input().getShape(true);
    shape[0] = 2;
    INDArray features = Nd4j.rand(DataType.DOUBLE, shape).subi(0.5).muli(3);
    INDArray labels = Nd4j.rand(DataType.DOUBLE, one.labels());
    return GradientChecks.error(net, net.getLayer(0), features, labels);
  }
}
