package io.github.dl4jext.optimizers;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.GAIN_KEY;
import static org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY;

import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which weights lead to the same output, by the layouts that DL4J's layers have. */
final class OutputUnits {

  /** The array as a whole. */
  static final int[] WHOLE = {};

  private OutputUnits() {}

  /**
   * The array in the layout that the layer computes with, over the same memory. It is the one that
   * it has, but for convolutions in one dimension: these say [out, in, width] and read the memory
   * as [width, in, out].
   */
  static INDArray asComputedWith(Layer layer, String key, INDArray array) {
    return layer instanceof Convolution1DLayer && array.rank() > 2 && isWeight(layer, key, array)
        ? array.reshape('c', array.size(2), array.size(1), array.size(0))
        : array;
  }

  /**
   * The dimensions to sum over for one number per output unit.
   *
   * @param layer the layer's configuration, or null for a vertex that has none
   * @param key the parameter's key in the layer
   * @param array the parameter or its gradient, as computed with
   */
  static int[] summedDimensions(Layer layer, String key, INDArray array) {
    int rank = array.rank();
    if (rank < 2 || !isWeight(layer, key, array)) {
      return WHOLE;
    }
    if (rank == 2) {
      return new int[] {0}; // [in, out], and [in, 4 out] of an LSTM
    }
    if (layer instanceof Deconvolution3D) {
      return new int[] {0, 1, 2, 4}; // [depth, height, width, out, in]
    }
    if (layer instanceof Deconvolution2D) {
      return new int[] {0, 2, 3}; // [in, out, height, width]
    }
    if (layer instanceof Convolution1DLayer) {
      return new int[] {0, 1}; // [width, in, out]
    }
    if (layer instanceof DepthwiseConvolution2D) {
      return new int[] {0, 1}; // [height, width, in, multiplier]: an output sees one input
    }
    if (layer instanceof SeparableConvolution2D && !POINT_WISE_WEIGHT_KEY.equals(key)) {
      return new int[] {2, 3}; // [multiplier, in, height, width], as above
    }
    if (layer instanceof LocallyConnected1D || layer instanceof LocallyConnected2D) {
      return new int[] {1}; // [position, in, out]
    }
    return IntStream.range(1, rank).toArray(); // [out, ...], as convolutions have
  }

  private static boolean isWeight(Layer layer, String key, INDArray array) {
    if (layer instanceof PReLULayer || key.endsWith(GAIN_KEY)) {
      return false; // slopes and gains, which DL4J counts as weights
    }
    return layer == null ? !array.isVector() : layer.initializer().isWeightParam(layer, key);
  }
}
