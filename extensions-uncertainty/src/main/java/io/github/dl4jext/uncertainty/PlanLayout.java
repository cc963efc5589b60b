package io.github.dl4jext.uncertainty;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.util.Convolution1DUtils;
import org.deeplearning4j.util.ConvolutionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Computes how to permute images and sequences between layers with different positions of the
 * channels.
 */
final class PlanLayout {

  private PlanLayout() {}

  /** Returns the permutation that a MultiLayerNetwork applies between two layers; null for none. */
  static int @Nullable [] between(Layer before, Layer after) {
    org.deeplearning4j.nn.conf.layers.Layer from = before.conf().getLayer();
    org.deeplearning4j.nn.conf.layers.Layer to = after.conf().getLayer();
    if (ConvolutionUtils.layerHasConvolutionLayout(from)
        && ConvolutionUtils.layerHasConvolutionLayout(to)) {
      CNN2DFormat format = ConvolutionUtils.getFormatForLayer(from);
      if (format == ConvolutionUtils.getFormatForLayer(to)) {
        return null;
      }
      // the same permutations as DL4J's, which go from the layer after to the one before
      return format == CNN2DFormat.NCHW ? new int[] {0, 3, 1, 2} : new int[] {0, 2, 3, 1};
    }
    boolean sequences =
        Convolution1DUtils.hasRnnDataFormat(from) && Convolution1DUtils.hasRnnDataFormat(to);
    return sequences
            && Convolution1DUtils.getRnnFormatFromLayer(from)
                != Convolution1DUtils.getRnnFormatFromLayer(to)
        ? new int[] {0, 2, 1}
        : null;
  }
}
