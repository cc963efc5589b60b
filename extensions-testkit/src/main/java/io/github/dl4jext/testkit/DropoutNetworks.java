package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Networks all of whose layers share one dropout: dense ones for activations of two dimensions,
 * convolutional ones for three and four.
 */
final class DropoutNetworks {

  private static final int UNITS = 3;
  private static final int CLASSES = 3;
  private static final int EXAMPLES = 6;

  private DropoutNetworks() {}

  static MultiLayerNetwork multiLayer(IDropout shared, long[] shape) {
    MultiLayerConfiguration conf =
        Networks.base()
            .list()
            .layer(hidden(shared, shape))
            .layer(new DropoutLayer(shared))
            .layer(hidden(shared, shape))
            .layer(pooled(shape))
            .layer(output())
            .setInputType(input(shape))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  /** Two branches from one activation, both with the dropout. */
  static ComputationGraph graph(IDropout shared, long[] shape) {
    ComputationGraphConfiguration conf =
        Networks.base()
            .graphBuilder()
            .addInputs("in")
            .addLayer("first", hidden(shared, shape), "in")
            .addLayer("left", hidden(shared, shape), "first")
            .addLayer("right", new DropoutLayer(shared), "first")
            .addVertex("both", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
            .addLayer("pooled", pooled(shape), "both")
            .addLayer("out", output(), "pooled")
            .setOutputs("out")
            .setInputTypes(input(shape))
            .build();
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    return net;
  }

  static DataSet data(long[] shape) {
    long[] features = shape.clone();
    features[0] = EXAMPLES;
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, CLASSES);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return new DataSet(ActivationArrays.sample(DataType.DOUBLE, features), labels);
  }

  private static InputType input(long[] shape) {
    return switch (shape.length) {
      case 2 -> InputType.feedForward(shape[1]);
      case 3 -> InputType.recurrent(shape[1], shape[2]);
      case 4 -> InputType.convolutional(shape[2], shape[3], shape[1]);
      default -> throw new IllegalArgumentException("no network for rank " + shape.length);
    };
  }

  private static Layer hidden(IDropout dropout, long[] shape) {
    return switch (shape.length) {
      case 2 ->
          new DenseLayer.Builder().nOut(UNITS).activation(Activation.TANH).dropOut(dropout).build();
      case 3 ->
          new Convolution1DLayer.Builder(2)
              .nOut(UNITS)
              .convolutionMode(ConvolutionMode.Same)
              .activation(Activation.TANH)
              .dropOut(dropout)
              .build();
      default ->
          new ConvolutionLayer.Builder(2, 2)
              .nOut(UNITS)
              .convolutionMode(ConvolutionMode.Same)
              .activation(Activation.TANH)
              .dropOut(dropout)
              .build();
    };
  }

  private static Layer pooled(long[] shape) {
    return shape.length == 2
        ? new DenseLayer.Builder().nOut(UNITS).activation(Activation.TANH).build()
        : new GlobalPoolingLayer(PoolingType.AVG);
  }

  private static Layer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** Finite differences of the score, with the same noise at every evaluation. */
  static void assertGradient(Model net, DataSet data) {
    double h = 1e-5;
    score(net, data);
    INDArray gradient = net.gradient().gradient().dup().divi(data.numExamples());
    for (long i = 0; i < net.params().length(); i++) {
      // the error is of order h^4, as the draws may be large, and rounding adds 1e-16 / h
      double numeric = (8 * rise(net, data, i, h) - rise(net, data, i, 2 * h)) / (12 * h);
      assertThat(gradient.getDouble(i))
          .as("gradient of parameter %s", i)
          .isCloseTo(numeric, within(1e-8));
    }
  }

  /** By how much the score rises from below a parameter to above it. */
  private static double rise(Model net, DataSet data, long parameter, double distance) {
    INDArray params = net.params();
    double value = params.getDouble(parameter);
    params.putScalar(parameter, value + distance);
    double above = score(net, data);
    params.putScalar(parameter, value - distance);
    double below = score(net, data);
    params.putScalar(parameter, value);
    return above - below;
  }

  private static double score(Model net, DataSet data) {
    Nd4j.getRandom().setSeed(21);
    Network.of(net)
        .byType(
            stack -> {
              stack.setInput(data.getFeatures());
              stack.setLabels(data.getLabels());
              stack.computeGradientAndScore();
              return stack;
            },
            graph -> {
              graph.setInputs(data.getFeatures());
              graph.setLabels(data.getLabels());
              graph.computeGradientAndScore();
              return graph;
            });
    return net.score();
  }
}
