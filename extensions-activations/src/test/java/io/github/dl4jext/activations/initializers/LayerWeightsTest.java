package io.github.dl4jext.activations.initializers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Every kind of layer, in a real network: the variance of its weights is scale / fan. */
final class LayerWeightsTest {

  private static final double ONE_IN_A_MILLION = 1e-6;

  private record Expected(Supplier<Layer> layer, String param, double fanIn, double fanOut) {
    @Override
    public String toString() {
      return layer.get().getClass().getSimpleName() + " " + param;
    }
  }

  @SuppressWarnings("deprecation") // Graves's LSTMs are still in saved models
  static Stream<Expected> layers() {
    return Stream.of(
        new Expected(() -> new DenseLayer.Builder().nIn(300).nOut(40).build(), "W", 300, 40),
        new Expected(() -> new OutputLayer.Builder().nIn(300).nOut(40).build(), "W", 300, 40),
        new Expected(() -> new AutoEncoder.Builder().nIn(300).nOut(40).build(), "W", 300, 40),
        new Expected(
            () ->
                new VariationalAutoencoder.Builder()
                    .nIn(90)
                    .nOut(30)
                    .encoderLayerSizes(70)
                    .decoderLayerSizes(80)
                    .build(),
            "e0W",
            90,
            70),
        new Expected(() -> new EmbeddingLayer.Builder().nIn(300).nOut(40).build(), "W", 1, 40),
        new Expected(
            () -> new EmbeddingSequenceLayer.Builder().nIn(300).nOut(40).build(), "W", 1, 40),
        new Expected(
            () -> new ElementWiseMultiplicationLayer.Builder().nIn(5_000).nOut(5_000).build(),
            "W",
            1,
            1),
        new Expected(() -> new SimpleRnn.Builder().nIn(200).nOut(60).build(), "W", 200, 60),
        new Expected(() -> new SimpleRnn.Builder().nIn(200).nOut(60).build(), "RW", 60, 60),
        new Expected(() -> new LSTM.Builder().nIn(200).nOut(30).build(), "W", 200, 120),
        new Expected(() -> new LSTM.Builder().nIn(20).nOut(60).build(), "RW", 60, 240),
        new Expected(() -> new GravesLSTM.Builder().nIn(200).nOut(30).build(), "W", 200, 120),
        new Expected(() -> new GravesLSTM.Builder().nIn(20).nOut(60).build(), "RW", 60, 240),
        new Expected(
            () -> new GravesBidirectionalLSTM.Builder().nIn(90).nOut(30).build(), "WF", 90, 120),
        new Expected(
            () -> new GravesBidirectionalLSTM.Builder().nIn(90).nOut(60).build(), "RWB", 60, 240),
        new Expected(
            () -> new Bidirectional(new LSTM.Builder().nIn(200).nOut(30).build()), "bW", 200, 120),
        new Expected(
            () -> new Convolution1DLayer.Builder(5).nIn(16).nOut(40).stride(2).build(),
            "W",
            80,
            200),
        new Expected(
            () -> new ConvolutionLayer.Builder(3, 5).nIn(16).nOut(40).build(),
            "W",
            16 * 15,
            40 * 15),
        new Expected(
            () -> new ConvolutionLayer.Builder(3, 3).nIn(16).nOut(40).stride(2, 2).build(),
            "W",
            16 * 9,
            40 * 9),
        new Expected(
            () ->
                new ConvolutionLayer.Builder(3, 3)
                    .nIn(16)
                    .nOut(40)
                    .stride(3, 2)
                    .dataFormat(CNN2DFormat.NHWC)
                    .build(),
            "W",
            16 * 9,
            40 * 9),
        new Expected(
            () -> new ConvolutionLayer.Builder(1, 1).nIn(160).nOut(40).build(), "W", 160, 40),
        new Expected(
            () -> new Convolution3D.Builder(2, 3, 3).nIn(8).nOut(24).stride(2, 2, 1).build(),
            "W",
            8 * 18,
            24 * 18),
        new Expected(
            () -> new Deconvolution2D.Builder(4, 4).nIn(32).nOut(8).stride(2, 2).build(),
            "W",
            8 * 16,
            32 * 16),
        new Expected(
            () ->
                new Deconvolution3D.Builder()
                    .kernelSize(2, 2, 2)
                    .nIn(32)
                    .nOut(8)
                    .stride(2, 2, 2)
                    .build(),
            "W",
            8 * 8,
            32 * 8),
        new Expected(
            () ->
                new DepthwiseConvolution2D.Builder(5, 5)
                    .nIn(64)
                    .depthMultiplier(2)
                    .nOut(128)
                    .build(),
            "W",
            25,
            50),
        new Expected(
            () ->
                new DepthwiseConvolution2D.Builder(3, 3)
                    .nIn(256)
                    .depthMultiplier(1)
                    .nOut(256)
                    .stride(2, 2)
                    .build(),
            "W",
            9,
            9),
        new Expected(
            () ->
                new SeparableConvolution2D.Builder(5, 5)
                    .nIn(64)
                    .depthMultiplier(2)
                    .nOut(48)
                    .build(),
            "W",
            64 * 25,
            2 * 25),
        new Expected(
            () ->
                new SeparableConvolution2D.Builder(5, 5)
                    .nIn(64)
                    .depthMultiplier(2)
                    .nOut(48)
                    .build(),
            "pW",
            128,
            48));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void varianceIsScaleOverFan(Expected expected) {
    double in = expected.fanIn;
    double out = expected.fanOut;
    check(expected, VarianceScaling.Mode.FAN_IN, 1 / in);
    check(expected, VarianceScaling.Mode.FAN_OUT, 1 / out);
    check(expected, VarianceScaling.Mode.FAN_AVG, 2 / (in + out));
  }

  /** The sum of n squares of normal numbers, over their variance, is chi-squared distributed. */
  private static void check(Expected expected, VarianceScaling.Mode mode, double variance) {
    double[] weights =
        weights(
            expected,
            new VarianceScaling(1, mode, VarianceScaling.Distribution.UNTRUNCATED_NORMAL));
    double sum = 0;
    for (double w : weights) {
      sum += w * w;
    }
    ChiSquaredDistribution chiSquared = new ChiSquaredDistribution(weights.length);
    assertThat(sum / variance)
        .as("%s %s: measured %s, expected %s", expected, mode, sum / weights.length, variance)
        .isBetween(
            chiSquared.inverseCumulativeProbability(ONE_IN_A_MILLION / 2),
            chiSquared.inverseCumulativeProbability(1 - ONE_IN_A_MILLION / 2));
  }

  private static double[] weights(Expected expected, IWeightInit init) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(11)
                .dataType(DataType.DOUBLE)
                .weightInit(init)
                .list(expected.layer.get())
                .build());
    net.init();
    return net.getParam("0_" + expected.param).ravel().toDoubleVector();
  }
}
