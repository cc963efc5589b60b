package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of a layer that learns, the layer under test and an output layer, for each input. */
final class LayerNetworks {

  private static final int EXAMPLES = 3;
  private static final int CLASSES = 2;

  private LayerNetworks() {}

  static MultiLayerNetwork stack(NeuralNetConfiguration.Builder base, InputType in, Layer layer) {
    MultiLayerConfiguration conf =
        base.list().layer(below(in)).layer(layer).layer(above(in)).setInputType(in).build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  static ComputationGraph graph(NeuralNetConfiguration.Builder base, InputType in, Layer layer) {
    ComputationGraphConfiguration conf =
        base.graphBuilder()
            .addInputs("in")
            .addLayer("below", below(in), "in")
            .addLayer("tested", layer, "below")
            .addLayer("above", above(in), "tested")
            .setOutputs("above")
            .setInputTypes(in)
            .build();
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    return net;
  }

  /** A layer that gives as many features as the input has, in the same form. */
  private static Layer below(InputType in) {
    if (in instanceof InputType.InputTypeRecurrent series) {
      return new SimpleRnn.Builder()
          .nOut(series.getSize())
          .activation(Activation.TANH)
          .dataFormat(series.getFormat())
          .build();
    }
    if (in instanceof InputType.InputTypeConvolutional image) {
      return new ConvolutionLayer.Builder(1, 1)
          .nOut(image.getChannels())
          .activation(Activation.TANH)
          .dataFormat(image.getFormat())
          .build();
    }
    return new DenseLayer.Builder()
        .nOut(in.arrayElementsPerExample())
        .activation(Activation.TANH)
        .build();
  }

  private static Layer above(InputType in) {
    return in instanceof InputType.InputTypeRecurrent series
        ? new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(CLASSES)
            .activation(Activation.SOFTMAX)
            .dataFormat(series.getFormat())
            .build()
        : new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(CLASSES)
            .activation(Activation.SOFTMAX)
            .build();
  }

  /** Examples of the input's shape; the same for the same type. */
  static DataSet data(InputType in) {
    long[] shape = in.getShape(true);
    shape[0] = EXAMPLES;
    int length = 1;
    for (long size : shape) {
      length *= (int) size;
    }
    double[] numbers = new Random(7).doubles(length, -2, 2).toArray();
    INDArray features = Nd4j.createFromArray(numbers).reshape(shape);
    if (!(in instanceof InputType.InputTypeRecurrent series)) {
      INDArray labels = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, CLASSES);
      for (int i = 0; i < EXAMPLES; i++) {
        labels.putScalar(i, i % CLASSES, 1);
      }
      return new DataSet(features, labels);
    }
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, CLASSES, series.getTimeSeriesLength());
    for (int i = 0; i < EXAMPLES; i++) {
      for (int step = 0; step < labels.size(2); step++) {
        labels.putScalar(new int[] {i, (i + step) % CLASSES, step}, 1);
      }
    }
    return new DataSet(
        features, series.getFormat() == RNNFormat.NCW ? labels : labels.permute(0, 2, 1).dup('c'));
  }

  /** The same series of which each example but the first ends early. */
  static DataSet masked(InputType.InputTypeRecurrent in) {
    DataSet data = data(in);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, EXAMPLES, in.getTimeSeriesLength());
    for (int example = 1; example < EXAMPLES; example++) {
      for (int step = (int) mask.size(1) - example; step < mask.size(1); step++) {
        mask.putScalar(example, step, 0);
      }
    }
    data.setFeaturesMaskArray(mask);
    data.setLabelsMaskArray(mask.dup());
    return data;
  }

  /** The mask as an array that is added to the features. */
  static INDArray maskOf(DataSet data, InputType.InputTypeRecurrent in) {
    INDArray mask = data.getFeaturesMaskArray();
    INDArray spread =
        mask.reshape(mask.size(0), 1, mask.size(1))
            .broadcast(mask.size(0), in.getSize(), mask.size(1));
    return (in.getFormat() == RNNFormat.NCW ? spread : spread.permute(0, 2, 1)).dup('c');
  }

  /** Holds the gradient by each parameter against a finite difference of the score. */
  static void assertGradient(Model net, DataSet data) {
    double h = 1e-5;
    score(net, data);
    INDArray gradient = Network.of(net).gradients().dup().divi(data.numExamples());
    INDArray params = net.params();
    for (long i = 0; i < params.length(); i++) {
      double value = params.getDouble(i);
      params.putScalar(i, value + h);
      double above = score(net, data);
      params.putScalar(i, value - h);
      double below = score(net, data);
      params.putScalar(i, value);
      // the error of a central difference is of order h^2, and rounding adds 1e-16 / h
      assertThat(gradient.getDouble(i))
          .as("gradient of parameter %s", i)
          .isCloseTo((above - below) / (2 * h), within(2e-8));
    }
  }

  static double score(Model net, DataSet data) {
    Network.of(net)
        .byType(
            stack -> {
              stack.setInput(data.getFeatures());
              stack.setLabels(data.getLabels());
              stack.setLayerMaskArrays(data.getFeaturesMaskArray(), data.getLabelsMaskArray());
              stack.computeGradientAndScore();
              stack.clearLayerMaskArrays();
              return stack;
            },
            graph -> {
              graph.setInputs(data.getFeatures());
              graph.setLabels(data.getLabels());
              graph.setLayerMaskArrays(
                  masks(data.getFeaturesMaskArray()), masks(data.getLabelsMaskArray()));
              graph.computeGradientAndScore();
              graph.clearLayerMaskArrays();
              return graph;
            });
    return net.score();
  }

  private static INDArray @Nullable [] masks(@Nullable INDArray mask) {
    return mask == null ? null : new INDArray[] {mask};
  }

  /** The forms of input that a layer may get. */
  static InputType[] everyInput(int features) {
    return new InputType[] {
      InputType.feedForward(features),
      InputType.recurrent(features, 4, RNNFormat.NCW),
      InputType.recurrent(features, 4, RNNFormat.NWC),
      InputType.convolutional(2, 2, features, CNN2DFormat.NCHW),
      InputType.convolutional(2, 2, features, CNN2DFormat.NHWC)
    };
  }
}
