package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.ComputesAs;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where a layer keeps the weights of an output and of an input channel, and so how it takes a scale
 * and shift by channel into its weights: after itself ({@code scale (W x + b) + shift}) or before
 * itself ({@code W (scale x + shift) + b}).
 *
 * <p>A layer is known by its very class, or by the one that it computes as; a subclass may compute
 * something else.
 */
abstract class WeightLayout {

  static final String WEIGHTS = DefaultParamInitializer.WEIGHT_KEY;
  private static final String BIAS = DefaultParamInitializer.BIAS_KEY;

  private static final WeightLayout DENSE = AxisWeights.of(1, 0);
  private static final WeightLayout CONVOLUTION = AxisWeights.of(0, 1);

  private static final Map<Class<?>, WeightLayout> LAYOUTS =
      Map.ofEntries(
          Map.entry(DenseLayer.class, DENSE),
          Map.entry(OutputLayer.class, DENSE),
          Map.entry(RnnOutputLayer.class, DENSE),
          Map.entry(EmbeddingLayer.class, DENSE),
          Map.entry(ConvolutionLayer.class, CONVOLUTION),
          Map.entry(Convolution2D.class, CONVOLUTION),
          Map.entry(Convolution3D.class, CONVOLUTION),
          Map.entry(Convolution1DLayer.class, AxisWeights.sequence()),
          Map.entry(Convolution1D.class, AxisWeights.sequence()),
          Map.entry(Deconvolution2D.class, AxisWeights.of(1, 0)),
          Map.entry(Deconvolution3D.class, AxisWeights.of(3, 4)),
          Map.entry(DepthwiseConvolution2D.class, AxisWeights.depthwise()),
          Map.entry(SeparableConvolution2D.class, new SeparableWeights()));

  static Optional<WeightLayout> of(MutableNode part) {
    return part.isLayer()
        ? Optional.ofNullable(LAYOUTS.get(ComputesAs.of(part.layer())))
        : Optional.empty();
  }

  /** Multiplies the weights of each output channel. */
  abstract void scaleOutputs(MutableNode part, INDArray scale);

  /** Multiplies the weights of each input channel; gives what the shift adds to the outputs. */
  abstract INDArray scaleInputs(MutableNode part, INDArray scale, INDArray shift);

  /** Whether each output has weights of its own, and an input can go without an output. */
  abstract boolean canLoseChannels();

  /** Which output channels have no weight but 0. */
  abstract boolean[] zeroOutputs(MutableNode part);

  /** Which input channels meet no weight but 0. */
  abstract boolean[] zeroInputs(MutableNode part);

  /** Keeps the weights of some output channels, and drops the others. */
  abstract void takeOutputs(MutableNode part, int... kept);

  /** Keeps the weights of some input channels, and drops the others. */
  abstract void takeInputs(MutableNode part, int... kept);

  /** Drops the other output channels of a layer. */
  final void keepOutputs(MutableNode part, int... kept) {
    takeOutputs(part, kept);
    if (part.parameterIfAny(BIAS) != null) {
      part.reduce(BIAS, bias -> take(bias, bias.rank() - 1, kept));
    }
    ((FeedForwardLayer) part.layer()).setNOut(kept.length);
  }

  /** Drops the other input channels of a layer. */
  final void keepInputs(MutableNode part, int... kept) {
    takeInputs(part, kept);
    ((FeedForwardLayer) part.layer()).setNIn(kept.length);
  }

  /** The bias of each output channel; zeros without one. */
  final double[] biases(MutableNode part) {
    INDArray bias = part.parameterIfAny(BIAS);
    return bias == null ? new double[zeroOutputs(part).length] : bias.reshape(-1).toDoubleVector();
  }

  /** Takes in what follows the layer. */
  final void absorbAfter(MutableNode part, ChannelAffine affine) {
    INDArray scale = affine.scaleVector();
    scaleOutputs(part, scale);
    INDArray bias = part.parameterIfAny(BIAS);
    INDArray shift = affine.shiftVector();
    putBias(part, bias == null ? shift : bias.reshape(-1).mul(scale).addi(shift));
  }

  /** Takes in what stands before the layer. */
  final void absorbBefore(MutableNode part, ChannelAffine affine) {
    INDArray bias = part.parameterIfAny(BIAS);
    INDArray added = scaleInputs(part, affine.scaleVector(), affine.shiftVector());
    putBias(part, bias == null ? added : bias.reshape(-1).add(added.reshape(-1)));
  }

  private static void putBias(MutableNode part, INDArray bias) {
    part.parameter(BIAS, bias);
    Layer layer = part.layer();
    if (layer instanceof DenseLayer dense) {
      dense.setHasBias(true);
    } else if (layer instanceof BaseOutputLayer output) {
      output.setHasBias(true);
    } else if (layer instanceof ConvolutionLayer convolution) {
      convolution.setHasBias(true);
    } else if (layer instanceof EmbeddingLayer embedding) {
      embedding.setHasBias(true);
    }
  }

  /** Why nothing that follows the layer can be taken in; empty if it can. */
  static Optional<String> refusesAfter(MutableNode part) {
    if (part.layer() instanceof BaseLayer layer
        && !(layer.getActivationFn() instanceof ActivationIdentity)) {
      return Optional.of("the activation of " + part + " stands between");
    }
    return refusesBoth(part);
  }

  /** Why nothing that stands before the layer can be taken in; empty if it can. */
  static Optional<String> refusesBefore(MutableNode part, ChannelAffine affine) {
    if (part.layer() instanceof EmbeddingLayer) {
      return Optional.of(part + " takes indices");
    }
    if (part.layer() instanceof ConvolutionLayer convolution && !affine.keepsZero()) {
      if (convolution instanceof Deconvolution2D || convolution instanceof Deconvolution3D) {
        return Optional.of("the border of the deconvolution " + part + " sees only part of it");
      }
      if (isPadded(convolution)) {
        return Optional.of(part + " pads its border with zeros, which would have to be shifted");
      }
    }
    return refusesBoth(part);
  }

  static Optional<String> refusesBoth(MutableNode part) {
    return part.layer() instanceof DenseLayer dense && dense.hasLayerNorm()
        ? Optional.of(part + " has a layer norm of its own")
        : Optional.empty();
  }

  private static boolean isPadded(ConvolutionLayer layer) {
    ConvolutionMode mode = layer.getConvolutionMode();
    boolean byMode = mode == ConvolutionMode.Same || mode == ConvolutionMode.Causal;
    // a kernel of one never reaches past the border
    return byMode
        ? Arrays.stream(kernel(layer)).anyMatch(size -> size > 1)
        : Arrays.stream(layer.getPadding()).anyMatch(size -> size > 0);
  }

  private static int[] kernel(ConvolutionLayer layer) {
    // in one dimension DL4J fills the second number with what it likes
    return layer instanceof Convolution1DLayer
        ? new int[] {layer.getKernelSize()[0]}
        : layer.getKernelSize();
  }

  /** Some slices along an axis; a new array. */
  static INDArray take(INDArray array, int axis, int... kept) {
    long[] shape = array.shape();
    int inner = (int) Arrays.stream(shape, axis + 1, shape.length).reduce(1, (a, b) -> a * b);
    int size = (int) shape[axis];
    double[] from = array.dup('c').data().asDouble();
    int outer = from.length / (inner * size);
    double[] to = new double[outer * kept.length * inner];
    for (int i = 0; i < outer; i++) {
      for (int k = 0; k < kept.length; k++) {
        System.arraycopy(
            from, (i * size + kept[k]) * inner, to, (i * kept.length + k) * inner, inner);
      }
    }
    shape[axis] = kept.length;
    return Nd4j.createFromArray(to).reshape('c', shape);
  }

  /** Which slices along an axis have nothing but 0. */
  static boolean[] zeroSlices(INDArray array, int axis) {
    int[] others = IntStream.range(0, array.rank()).filter(i -> i != axis).toArray();
    double[] largest = array.amax(others).reshape(-1).toDoubleVector();
    boolean[] zero = new boolean[largest.length];
    for (int i = 0; i < zero.length; i++) {
      zero[i] = largest[i] == 0;
    }
    return zero;
  }

  /** Multiplies along some axes by a vector; a new array. */
  static INDArray times(INDArray array, INDArray vector, int... axes) {
    long[] shape = new long[array.rank()];
    Arrays.fill(shape, 1);
    for (int axis : axes) {
      shape[axis] = array.size(axis);
    }
    return array.mul(vector.reshape('c', shape));
  }
}
