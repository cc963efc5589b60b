package io.github.dl4jext.transfer.folding;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/** Layers that commute with a scale and shift by channel. */
final class AffineCommutation {

  private static final Map<Class<?>, BiPredicate<Layer, ChannelAffine>> PASSABLE =
      Map.of(
          DropoutLayer.class,
          (layer, affine) -> true,
          ActivationLayer.class,
          (layer, affine) ->
              ((ActivationLayer) layer).getActivationFn() instanceof ActivationIdentity,
          SubsamplingLayer.class,
          (layer, affine) ->
              isUnpadded((SubsamplingLayer) layer)
                  && passes(((SubsamplingLayer) layer).getPoolingType(), affine),
          GlobalPoolingLayer.class,
          (layer, affine) -> passes(((GlobalPoolingLayer) layer).getPoolingType(), affine));

  private AffineCommutation() {}

  /** Why it cannot go past; empty if it can. */
  static Optional<String> refuses(MutableNode part, ChannelAffine affine) {
    if (part.isLayer()
        && PASSABLE
            .getOrDefault(part.layer().getClass(), (layer, any) -> false)
            .test(part.layer(), affine)) {
      return Optional.empty();
    }
    return Optional.of(part + " stands between");
  }

  private static boolean passes(PoolingType type, ChannelAffine affine) {
    return type == PoolingType.AVG || (type == PoolingType.MAX && affine.isRising());
  }

  static boolean isUnpadded(SubsamplingLayer layer) {
    return layer.getConvolutionMode() != ConvolutionMode.Same
        && Arrays.stream(layer.getPadding()).allMatch(size -> size == 0);
  }

  /** Along which axis a layer has its channels, in an array of this rank. */
  static int channelAxis(Layer layer, int rank) {
    return rank > 2 && hasChannelsLast(layer) ? rank - 1 : 1;
  }

  private static boolean hasChannelsLast(Layer layer) {
    if (layer instanceof Convolution1DLayer convolution) {
      return convolution.getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof Convolution3D convolution) {
      return convolution.getDataFormat() == Convolution3D.DataFormat.NDHWC;
    }
    if (layer instanceof Deconvolution3D convolution) {
      return convolution.getDataFormat() == Convolution3D.DataFormat.NDHWC;
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }
    if (layer instanceof SubsamplingLayer pooling) {
      return pooling.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }
    if (layer instanceof BatchNormalization norm) {
      return norm.getCnn2DFormat() == CNN2DFormat.NHWC;
    }
    return layer instanceof RnnOutputLayer output && output.getRnnDataFormat() == RNNFormat.NWC;
  }

  /** The same where the layer says nothing: then it takes the axis of what it reads. */
  static int channelAxis(Layer layer, int rank, int axisRead) {
    boolean says =
        !(layer instanceof DropoutLayer
            || layer instanceof ActivationLayer
            || layer instanceof GlobalPoolingLayer);
    return says || rank == 2 ? channelAxis(layer, rank) : axisRead;
  }
}
