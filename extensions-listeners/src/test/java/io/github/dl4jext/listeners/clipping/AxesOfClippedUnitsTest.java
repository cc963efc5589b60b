package io.github.dl4jext.listeners.clipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The units of every kind of layer: found by what a weight moves, clipped as a loop would do it.
 */
class AxesOfClippedUnitsTest {

  private static final InputType IMAGE = InputType.convolutional(4, 4, 2);
  private static final InputType VOLUME =
      InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 3, 3, 3, 2);
  private static final InputType SEQUENCE = InputType.recurrent(3, 5);

  static Stream<Arguments> layers() {
    return Stream.of(
        layer(new DenseLayer.Builder().nOut(3).build(), InputType.feedForward(4), "W", 0),
        layer(new DenseLayer.Builder().nOut(3).build(), InputType.feedForward(1), "W", 0),
        layer(new ConvolutionLayer.Builder(2, 3).nOut(3).build(), IMAGE, "W", 1, 2, 3),
        layer(new ConvolutionLayer.Builder(1, 1).nOut(1).build(), IMAGE, "W", 1, 2, 3),
        layer(new Deconvolution2D.Builder(2, 3).nOut(3).build(), IMAGE, "W", 0, 2, 3),
        layer(
            new DepthwiseConvolution2D.Builder(2, 3).depthMultiplier(2).nOut(4).build(),
            IMAGE,
            "W",
            0,
            1),
        layer(separable(), IMAGE, "W", 2, 3),
        layer(separable(), IMAGE, "pW", 1, 2, 3),
        layer(new Convolution1DLayer.Builder(2).nOut(4).build(), SEQUENCE, "W", 0, 1),
        layer(new Convolution3D.Builder(2, 2, 3).nOut(3).build(), VOLUME, "W", 1, 2, 3, 4),
        layer(
            new Deconvolution3D.Builder().kernelSize(2, 2, 3).nOut(3).build(),
            VOLUME,
            "W",
            0,
            1,
            2,
            4),
        layer(new LocallyConnected2D.Builder().kernelSize(3, 3).nOut(3).build(), IMAGE, "W", 1),
        layer(new LSTM.Builder().nOut(4).build(), SEQUENCE, "W", 0),
        layer(new LSTM.Builder().nOut(4).build(), SEQUENCE, "RW", 0),
        layer(new SimpleRnn.Builder().nOut(4).build(), SEQUENCE, "RW", 0),
        layer(new Bidirectional(new LSTM.Builder().nOut(4).build()), SEQUENCE, "bRW", 0),
        layer(new EmbeddingLayer.Builder().nIn(4).nOut(3).build(), null, "W", 1),
        layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build(), IMAGE, "b"),
        layer(new LSTM.Builder().nOut(4).build(), SEQUENCE, "b"),
        layer(new PReLULayer.Builder().inputShape(4).build(), InputType.feedForward(4), "W"),
        layer(
            new DenseLayer.Builder().nOut(3).hasLayerNorm(true).build(),
            InputType.feedForward(4),
            "g"));
  }

  private static SeparableConvolution2D separable() {
    return new SeparableConvolution2D.Builder(2, 3).depthMultiplier(2).nOut(3).build();
  }

  private static Arguments layer(Layer layer, InputType input, String key, int... summed) {
    return Arguments.of(layer, input, key, summed);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void clipsAsALoopOverTheUnits(Layer layer, InputType input, String key, int[] summed) {
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      MultiLayerNetwork network = network(layer.clone(), input, type);
      DataSet data = data(input, type);
      INDArray[] gradients = new INDArray[2];
      String name = "0_" + key;
      AroundTheStep.listen(
          network,
          AroundTheStep.onGradient(
              m -> {
                INDArray gradient = m.gradient().getGradientFor(name);
                gradient.assign(Nd4j.randn(type, gradient.shape()).muli(20));
                gradients[0] = computedWith(layer, gradient).dup('c');
              }),
          new AdaptiveClip(0.5, 1e-3, false),
          AroundTheStep.onGradient(m -> gradients[1] = AroundTheStep.gradients(m).get(name)));
      INDArray weights = computedWith(layer, network.getParam(name)).dup('c');
      network.fit(data);

      INDArray before = gradients[0].reshape('c', weights.shape());
      INDArray after = computedWith(layer, gradients[1]).dup('c').reshape('c', weights.shape());
      Map<List<Long>, double[]> squares = new HashMap<>();
      each(
          weights,
          index -> {
            double[] sums = squares.computeIfAbsent(unit(index, summed), u -> new double[2]);
            sums[0] += Math.pow(weights.getDouble(index), 2);
            sums[1] += Math.pow(before.getDouble(index), 2);
          });
      int examples = (int) data.getFeatures().size(0);
      each(
          weights,
          index -> {
            double[] sums = squares.get(unit(index, summed));
            double limit = 0.5 * Math.max(Math.sqrt(sums[0]), 1e-3) * examples;
            double expected = before.getDouble(index) * Math.min(1, limit / Math.sqrt(sums[1]));
            // sums of a few dozen floats, in another order
            double tolerance = type == DataType.DOUBLE ? 1e-12 : 2e-5;
            assertThat(after.getDouble(index))
                .as("%s of %s at %s", type, name, Arrays.toString(index))
                .isCloseTo(expected, within(tolerance));
          });
      assertThat(after).isNotEqualTo(before);
    }
  }

  static Stream<Arguments> layersOfOneStage() {
    return layers()
        .filter(
            arguments -> {
              Layer layer = (Layer) arguments.get()[0];
              return ((int[]) arguments.get()[3]).length > 0
                  && arguments.get()[1] != null
                  && (layer instanceof DenseLayer
                      || layer instanceof ConvolutionLayer
                          && !(layer instanceof SeparableConvolution2D));
            });
  }

  @ParameterizedTest
  @MethodSource("layersOfOneStage")
  void theWeightsOfAUnitAreThoseThatMoveTheSameOutput(
      Layer layer, InputType input, String key, int[] summed) {
    MultiLayerNetwork network = network(layer.clone(), input, DataType.DOUBLE);
    INDArray x = data(input, DataType.DOUBLE).getFeatures();
    INDArray weights = computedWith(layer, network.getParam("0_" + key));
    INDArray before = network.feedForward(x, false).get(1).dup('c');
    Map<List<Long>, Set<Long>> moved = new HashMap<>();
    each(
        weights,
        index -> {
          double weight = weights.getDouble(index);
          weights.putScalar(index, weight + 1);
          INDArray after = network.feedForward(x, false).get(1);
          Set<Long> outputs = new TreeSet<>();
          each(
              before,
              out -> {
                if (before.getDouble(out) != after.getDouble(out)) {
                  outputs.add(out[1]);
                }
              });
          weights.putScalar(index, weight);
          assertThat(outputs).as("moved by %s", Arrays.toString(index)).hasSize(1);
          moved.computeIfAbsent(unit(index, summed), u -> new TreeSet<>()).addAll(outputs);
        });
    assertThat(moved.values()).allSatisfy(outputs -> assertThat(outputs).hasSize(1));
    assertThat(moved.values()).as("another unit, another output").doesNotHaveDuplicates();
  }

  /** What DL4J says is [out, in, width, 1] it reads as [width, in, out]. */
  private static INDArray computedWith(Layer layer, INDArray weights) {
    return layer instanceof Convolution1DLayer ? weights.reshape('c', 2, 3, 4) : weights;
  }

  private static List<Long> unit(long[] index, int[] summed) {
    List<Long> unit = new ArrayList<>();
    for (int i = 0; i < index.length && summed.length > 0; i++) {
      int dimension = i;
      if (Arrays.stream(summed).noneMatch(s -> s == dimension)) {
        unit.add(index[i]);
      }
    }
    return unit;
  }

  private static void each(INDArray array, Consumer<long[]> action) {
    for (long i = 0; i < array.length(); i++) {
      long[] index = new long[array.rank()];
      long rest = i;
      for (int d = array.rank() - 1; d >= 0; d--) {
        index[d] = rest % array.size(d);
        rest /= array.size(d);
      }
      action.accept(index);
    }
  }

  private static MultiLayerNetwork network(Layer layer, InputType input, DataType type) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(type)
            .updater(new Sgd(0.1))
            .activation(Activation.IDENTITY)
            .list()
            .layer(layer);
    OutputLayer.Builder output =
        new OutputLayer.Builder(LossFunction.MSE).nOut(2).activation(Activation.IDENTITY);
    if (input == null) {
      list.layer(output.nIn(3).build());
    } else {
      if (input.getType() != InputType.Type.FF) {
        list.layer(new GlobalPoolingLayer());
      }
      list.layer(output.build()).setInputType(input);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }

  private static DataSet data(InputType input, DataType type) {
    Nd4j.getRandom().setSeed(2);
    INDArray x =
        input == null
            ? Nd4j.createFromArray(new double[][] {{0}, {2}, {3}}).castTo(type)
            : Nd4j.rand(type, shape(input));
    return new DataSet(x, Nd4j.rand(type, x.size(0), 2));
  }

  private static long[] shape(InputType input) {
    long[] shape = input.getShape(true);
    shape[0] = 3;
    return shape;
  }
}
