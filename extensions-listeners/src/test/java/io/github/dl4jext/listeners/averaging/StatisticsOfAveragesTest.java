package io.github.dl4jext.listeners.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.clipping.AroundTheStep;
import io.github.dl4jext.network.BatchNormStatistics;
import io.github.dl4jext.network.Network;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class StatisticsOfAveragesTest {

  /**
   * Two batch normalizations, the second behind a convolution; images go in flat and as they are.
   */
  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void areThoseOfTheChannelsOfImages(CNN2DFormat format) {
    MultiLayerNetwork network = images(format);
    Nd4j.getRandom().setSeed(4);
    long[] shape = format == CNN2DFormat.NCHW ? new long[] {4, 2, 3, 5} : new long[] {4, 3, 5, 2};
    DataSet first =
        new DataSet(Nd4j.rand(DataType.DOUBLE, shape), Nd4j.ones(DataType.DOUBLE, 4, 2));
    DataSet second =
        new DataSet(Nd4j.rand(DataType.DOUBLE, shape).muli(3), Nd4j.ones(DataType.DOUBLE, 4, 2));
    DataSet all = DataSet.merge(List.of(first, second));
    BatchNormStatistics.recompute(Network.of(network), new ListDataSetIterator<>(all.asList(), 4));

    for (int channel = 0; channel < 2; channel++) {
      double[] one = meanAndVariance(first.getFeatures(), format, channel);
      double[] two = meanAndVariance(second.getFeatures(), format, channel);
      assertThat(network.getParam("0_mean").getDouble(channel))
          .isCloseTo((one[0] + two[0]) / 2, within(1e-14));
      assertThat(Math.pow(10, 2 * network.getParam("0_log10stdev").getDouble(channel)))
          .as("that of all rows together: within the batches, and between them")
          .isCloseTo((one[1] + two[1]) / 2 + Math.pow((one[0] - two[0]) / 2, 2), within(1e-14));
    }
    // what training normalizes by is, with one batch of data, what inference normalizes by
    BatchNormStatistics.recompute(
        Network.of(network), new ListDataSetIterator<>(first.asList(), 4));
    INDArray training = network.feedForward(first.getFeatures(), true).get(3);
    INDArray inference = network.feedForward(first.getFeatures(), false).get(3);
    AroundTheStep.assertClose("second normalization", inference, training, 1e-12);
  }

  private static double[] meanAndVariance(INDArray images, CNN2DFormat format, int channel) {
    int dimension = format == CNN2DFormat.NCHW ? 1 : 3;
    double[] values = images.slice(channel, dimension).dup('c').data().asDouble();
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    return new double[] {mean, variance};
  }

  private static MultiLayerNetwork images(CNN2DFormat format) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(new BatchNormalization.Builder().build())
                .layer(
                    new ConvolutionLayer.Builder(2, 2)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new BatchNormalization.Builder().useLogStd(false).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.convolutional(3, 5, 2, format))
                .build());
    network.init();
    return network;
  }

  @Test
  void aChannelThatIsConstantStaysUsable() {
    MultiLayerNetwork network =
        AroundTheStep.network(
            AroundTheStep.base(new Sgd(0.1)),
            new BatchNormalization.Builder().nIn(3).nOut(3).build(),
            AroundTheStep.output(3, 2));
    DataSet data =
        new DataSet(
            Nd4j.valueArrayOf(new long[] {4, 3}, 7.0, DataType.DOUBLE),
            Nd4j.ones(DataType.DOUBLE, 4, 2));
    BatchNormStatistics.recompute(Network.of(network), new ListDataSetIterator<>(data.asList(), 4));
    assertThat(network.getParam("0_log10stdev").getDouble(0)).isFinite();
    network.fit(data);
    assertThat(network.params().sumNumber().doubleValue()).isFinite();
    assertThat(network.output(data.getFeatures()).sumNumber().doubleValue()).isFinite();
  }
}
