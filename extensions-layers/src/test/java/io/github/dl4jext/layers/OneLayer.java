package io.github.dl4jext.layers;

import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer by itself, fed with numbers in the order [N, C, ...], whatever its own order. */
final class OneLayer {

  private final Layer layer;
  private final long[] shape;
  private final boolean featuresLast;
  private final DataType type;
  private Gradient gradient;

  OneLayer(
      org.deeplearning4j.nn.conf.layers.Layer given,
      long[] shape,
      boolean featuresLast,
      DataType type) {
    this.shape = shape;
    this.featuresLast = featuresLast && shape.length > 2;
    this.type = type;
    org.deeplearning4j.nn.conf.layers.Layer own = given.clone();
    if (shape.length == 5 && own instanceof ShapeKeepingLayer keeping) {
      keeping.set(ShapeKeepingLayer.FEATURES_LAST, featuresLast);
    }
    own.setNIn(inputType(), true);
    NeuralNetConfiguration conf = new NeuralNetConfiguration.Builder().layer(own).build();
    long length = own.initializer().numParams(own);
    INDArray parameters = length == 0 ? null : Nd4j.create(type, length);
    layer = own.instantiate(conf, List.of(), 0, parameters, true, type);
    if (length > 0) {
      layer.setBackpropGradientsViewArray(Nd4j.create(type, length));
    }
  }

  private InputType inputType() {
    return switch (shape.length) {
      case 2 -> InputType.feedForward(shape[1]);
      case 3 ->
          InputType.recurrent(shape[1], shape[2], featuresLast ? RNNFormat.NWC : RNNFormat.NCW);
      case 4 ->
          InputType.convolutional(
              shape[2], shape[3], shape[1], featuresLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW);
      default ->
          InputType.convolutional3D(
              featuresLast ? Convolution3D.DataFormat.NDHWC : Convolution3D.DataFormat.NCDHW,
              shape[2],
              shape[3],
              shape[4],
              shape[1]);
    };
  }

  void set(String parameter, double[] numbers) {
    INDArray own = layer.getParam(parameter);
    own.assign(Nd4j.createFromArray(numbers).castTo(type).reshape('c', own.shape()));
  }

  void mask(double[][] mask) {
    mask(Nd4j.createFromArray(mask));
  }

  void mask(INDArray mask) {
    layer.feedForwardMaskArray(mask, MaskState.Active, (int) mask.size(0));
  }

  INDArray input(double[] numbers) {
    INDArray x = Nd4j.createFromArray(numbers).castTo(type).reshape(shape);
    return featuresLast ? x.permute(order(true)).dup('c') : x;
  }

  /** A gradient by the output, whose shape may be another than that of the input. */
  private INDArray outer(double[] numbers) {
    if (shape.length == 2) {
      return Nd4j.createFromArray(numbers).castTo(type).reshape(shape[0], -1);
    }
    InputType out = layer.conf().getLayer().getOutputType(0, inputType());
    long[] given = out.getShape(true);
    given[0] = shape[0];
    if (shape.length == 3 || Nd4j.prod(Nd4j.createFromArray(given)).getLong(0) != numbers.length) {
      return input(numbers);
    }
    if (!featuresLast) {
      return Nd4j.createFromArray(numbers).castTo(type).reshape(given);
    }
    int last = given.length - 1;
    long[] first = new long[given.length];
    first[0] = given[0];
    first[1] = given[last];
    System.arraycopy(given, 1, first, 2, last - 1);
    return Nd4j.createFromArray(numbers).castTo(type).reshape(first).permute(order(true)).dup('c');
  }

  private double[] numbers(INDArray own) {
    return (featuresLast ? own.permute(order(false)) : own).dup('c').data().asDouble();
  }

  /** The order of axes that moves features to the end, or back. */
  private int[] order(boolean toEnd) {
    int last = shape.length - 1;
    return IntStream.rangeClosed(0, last)
        .map(
            i ->
                toEnd ? (i == 0 ? 0 : i == last ? 1 : i + 1) : (i == 0 ? 0 : i == 1 ? last : i - 1))
        .toArray();
  }

  INDArray activate(INDArray own) {
    return layer.activate(own, true, LayerWorkspaceMgr.noWorkspaces());
  }

  double[] forward(double[] numbers) {
    return numbers(activate(input(numbers)));
  }

  double[] backward(double[] outer) {
    Pair<Gradient, INDArray> both =
        layer.backpropGradient(outer(outer), LayerWorkspaceMgr.noWorkspaces());
    gradient = both.getFirst();
    return numbers(both.getSecond());
  }

  double[] gradient(String parameter) {
    return gradient.getGradientFor(parameter).dup('c').data().asDouble();
  }
}
