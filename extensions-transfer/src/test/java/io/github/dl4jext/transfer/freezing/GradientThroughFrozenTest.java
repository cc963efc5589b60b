package io.github.dl4jext.transfer.freezing;

import static io.github.dl4jext.transfer.folding.Trained.freeze;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Below a frozen layer the gradient is that of the loss: central differences, in double. */
class GradientThroughFrozenTest {

  private static final double STEP = 1e-5;

  static Stream<Arguments> cases() {
    // shapes, as JUnit closes arrays that are arguments
    long[] rows = {4, 5};
    long[] images = {3, 2, 5, 5};
    long[] imagesLast = {3, 5, 5, 2};
    long[] sequences = {3, 2, 4};
    var lockedNorm =
        new BatchNormalization.Builder().lockGammaBeta(true).gamma(2).beta(0.5).build();
    var lockedScale = new BatchNormalization.Builder().lockGammaBeta(true).gamma(2).build();
    var variance = new BatchNormalization.Builder().useLogStd(false).build();
    return Stream.of(
        Arguments.of("dense", rows, net(InputType.feedForward(5), dense(), dense(), dense())),
        Arguments.of(
            "norm",
            rows,
            net(InputType.feedForward(5), dense(), new BatchNormalization(), dense())),
        Arguments.of(
            "norm, variance", rows, net(InputType.feedForward(5), dense(), variance, dense())),
        Arguments.of(
            "norm, locked", rows, net(InputType.feedForward(5), dense(), lockedNorm, dense())),
        Arguments.of(
            "norm, gamma that the host ignores",
            rows,
            net(InputType.feedForward(5), dense(), lockedScale, dense())),
        Arguments.of(
            "convolution",
            images,
            net(InputType.convolutional(5, 5, 2), convolution(), convolution(), dense())),
        Arguments.of(
            "norm of images",
            images,
            net(
                InputType.convolutional(5, 5, 2),
                convolution(),
                new BatchNormalization(),
                dense())),
        Arguments.of(
            "norm of images, channels last",
            imagesLast,
            net(
                InputType.convolutional(5, 5, 2, CNN2DFormat.NHWC),
                new ConvolutionLayer.Builder(2, 2).nOut(3).dataFormat(CNN2DFormat.NHWC).build(),
                new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build(),
                dense())),
        Arguments.of("lstm", sequences, recurrent(lstm())),
        Arguments.of("bidirectional", sequences, recurrent(new Bidirectional(lstm()))),
        Arguments.of("time distributed", sequences, recurrent(new TimeDistributed(dense()))),
        Arguments.of("graph", rows, graph()));
  }

  private static Layer dense() {
    return new DenseLayer.Builder().nOut(4).build();
  }

  private static Layer convolution() {
    return new ConvolutionLayer.Builder(2, 2).nOut(3).build();
  }

  private static Layer lstm() {
    return new LSTM.Builder().nOut(3).build();
  }

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .updater(new Sgd(0.1));
  }

  private static Layer output(int size) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(size)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** The second layer is the one that will be frozen. */
  private static Model net(InputType input, Layer first, Layer second, Layer third) {
    var conf = builder().list().layer(first).layer(second).layer(third).layer(output(3));
    return init(new MultiLayerNetwork(conf.setInputType(input).build()));
  }

  private static Model recurrent(Layer second) {
    return init(
        new MultiLayerNetwork(
            builder()
                .list()
                .layer(lstm())
                .layer(second)
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(2))
                .build()));
  }

  private static Model graph() {
    ComputationGraph graph =
        new ComputationGraph(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", dense(), "in")
                .addLayer("second", dense(), "first")
                .addLayer("beside", dense(), "first")
                .addVertex("both", new MergeVertex(), "second", "beside")
                .addLayer("out", output(3), "both")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(5))
                .build());
    graph.init();
    return init(graph);
  }

  /** Weights and statistics that are none of the values with which they begin. */
  private static Model init(Model model) {
    if (model instanceof MultiLayerNetwork net) {
      net.init();
    }
    Nd4j.getRandom().setSeed(5);
    model.params().addi(Nd4j.rand(DataType.DOUBLE, model.params().shape()).muli(0.4));
    return model;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithDifferences(String name, long[] shape, Model model) {
    Nd4j.getRandom().setSeed(6);
    INDArray features = Nd4j.rand(DataType.DOUBLE, shape).subi(0.5);
    Model frozen = freeze(model, LayerSelector.at(1));
    INDArray labels = labels(frozen, features);
    gradient(frozen, features, labels);
    INDArray analytic = flattenedGradient(frozen).dup();
    INDArray parameters = frozen.params();
    long ofFirst = Network.of(frozen).nodes().get(0).parameterCount();
    for (long i = 0; i < ofFirst; i++) {
      double before = parameters.getDouble(i);
      parameters.putScalar(i, before + STEP);
      double above = loss(frozen, features, labels);
      parameters.putScalar(i, before - STEP);
      double below = loss(frozen, features, labels);
      parameters.putScalar(i, before);
      // the host's gradient is the sum over the rows, its score the mean
      double expected = (above - below) / (2 * STEP) * features.size(0);
      assertThat(analytic.getDouble(i)).as("parameter " + i).isCloseTo(expected, within(1e-6));
    }
    assertThat(analytic.amaxNumber().doubleValue()).isGreaterThan(1e-3);
  }

  private static INDArray flattenedGradient(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getFlattenedGradients()
        : ((ComputationGraph) model).getFlattenedGradients();
  }

  private static INDArray labels(Model model, INDArray features) {
    INDArray output =
        model instanceof MultiLayerNetwork net
            ? net.output(features)
            : ((ComputationGraph) model).outputSingle(features);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, output.shape());
    for (int i = 0; i < output.size(0); i++) {
      if (output.rank() == 2) {
        labels.putScalar(i, i % 3, 1);
      } else {
        for (int t = 0; t < output.size(2); t++) {
          labels.putScalar(i, (i + t) % 3, t, 1);
        }
      }
    }
    return labels;
  }

  private static void gradient(Model model, INDArray features, INDArray labels) {
    if (model instanceof MultiLayerNetwork net) {
      net.setInput(features);
      net.setLabels(labels);
      net.computeGradientAndScore();
    } else {
      ComputationGraph graph = (ComputationGraph) model;
      graph.setInputs(features);
      graph.setLabels(labels);
      graph.computeGradientAndScore();
    }
  }

  private static double loss(Model model, INDArray features, INDArray labels) {
    gradient(model, features, labels);
    return model.score();
  }
}
