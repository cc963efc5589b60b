package io.github.dl4jext.network;

import static org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jext.spi.ParameterFilter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A parameter seen as the incoming weights of output units: which of its elements lead to the same
 * unit. DL4J's layers do not say so themselves, and lay their weights out in many ways.
 *
 * <table><caption>What is one unit</caption>
 * <tr><th>layer</th><th>weights</th><th>a unit has</th></tr>
 * <tr><td>dense, output, recurrent</td><td>[in, out]</td><td>a column; of an LSTM each gate
 * has its own, for the input and for the recurrent weights</td></tr>
 * <tr><td>convolution in 1, 2, 3 dimensions, deconvolution</td><td>several</td><td>all weights of
 * an output channel</td></tr>
 * <tr><td>depth-wise convolution, depth-wise part of a separable one</td><td>several</td><td>the
 * kernel of one input channel and multiplier</td></tr>
 * <tr><td>locally connected</td><td>[position, in, out]</td><td>one output at one
 * position</td></tr>
 * <tr><td>embedding</td><td>[words, size]</td><td>the vector of a word</td></tr>
 * <tr><td>attention</td><td>[heads, size, in]</td><td>one element of a head; of learned queries
 * [1, in, queries] a query</td></tr>
 * <tr><td>capsules</td><td>several</td><td>one element of a capsule</td></tr>
 * <tr><td>a bias, a gain, the slopes of PReLU</td><td>vector</td><td>the vector as a whole</td></tr>
 * <tr><td>others</td><td>[out, ...], or [in, out]</td><td>all but the first dimension; of two
 * dimensions a column</td></tr></table>
 */
public final class UnitAxes {

  /** DL4J's layers that are not [in, out] or [out, ...]; the first row that fits counts. */
  private static final List<Layout> LAYOUTS =
      List.of(
          new Layout(EmbeddingLayer.class, 2, 1),
          new Layout(EmbeddingSequenceLayer.class, 2, 1),
          new Layout(Deconvolution3D.class, 5, 0, 1, 2, 4), // [depth, height, width, out, in]
          new Layout(Deconvolution2D.class, 4, 0, 2, 3), // [in, out, height, width]
          new Layout(Convolution1DLayer.class, 3, 0, 1), // [width, in, out]
          new Layout(DepthwiseConvolution2D.class, 4, 0, 1), // [height, width, in, multiplier]
          new Layout(SeparableConvolution2D.class, 4, 2, 3), // [multiplier, in, height, width]
          new Layout(LocallyConnected1D.class, 3, 1),
          new Layout(LocallyConnected2D.class, 3, 1),
          new Layout(LearnedSelfAttentionLayer.class, 3, 2),
          new Layout(SelfAttentionLayer.class, 3, 2),
          new Layout(RecurrentAttentionLayer.class, 3, 2),
          new Layout(PrimaryCapsules.class, 4, 0, 1, 2), // [height, width, in, out]
          new Layout(CapsuleLayer.class, 5, 0, 1, 3, 4)); // [1, capsules, out, size, 1]

  private record Layout(Class<? extends Layer> layer, int rank, int... summed) {}

  private final INDArray weights;
  private final int[] summed;

  private UnitAxes(INDArray weights, int... summed) {
    this.weights = weights;
    this.summed = summed;
  }

  /**
   * Groups a parameter, its gradient or its update.
   *
   * @param layer the layer's configuration, without wrappers, or null for a vertex that has none
   * @param key the parameter's name in the layer, such as {@code W}
   * @param array the parameter, or an array of its shape and order in memory
   * @return its elements by unit
   */
  public static UnitAxes of(@Nullable Layer layer, String key, INDArray array) {
    if (array.rank() < 2 || !isKernel(layer, key, array)) {
      return new UnitAxes(array, IntStream.range(0, array.rank()).toArray());
    }
    INDArray weights = asComputedWith(layer, array);
    return new UnitAxes(weights, summed(layer, key, weights));
  }

  /**
   * Whether a parameter consists of weights that inputs are multiplied by and summed: neither a
   * bias, nor a gain of layer norm or slopes of PReLU, which DL4J counts as weights.
   *
   * @param layer the layer's configuration, without wrappers
   * @param key the parameter's name in the layer
   * @return true for the weights of a unit
   */
  public static boolean isKernel(Layer layer, String key) {
    return ParameterFilter.weights().test(layer, key);
  }

  private static boolean isKernel(@Nullable Layer layer, String key, INDArray array) {
    return layer == null ? !array.isVector() : isKernel(layer, key);
  }

  /**
   * The weights as the layer computes with them, over the same memory: convolutions in one
   * dimension declare [out, in, width, 1] but read [width, in, out]; after the recurrent weights of
   * a Graves LSTM there are peepholes, three columns in which each element belongs to another unit.
   */
  @SuppressWarnings("deprecation") // there still are networks with these layers
  private static INDArray asComputedWith(@Nullable Layer layer, INDArray array) {
    if (layer instanceof Convolution1DLayer && array.rank() > 2) {
      return array.reshape('c', array.size(2), array.size(1), array.size(0));
    }
    boolean graves = layer instanceof GravesLSTM || layer instanceof GravesBidirectionalLSTM;
    long gates = 4 * array.size(0);
    return graves && array.size(1) == gates + 3 ? array.get(all(), interval(0, gates)) : array;
  }

  private static int[] summed(@Nullable Layer layer, String key, INDArray weights) {
    int rank = weights.rank();
    if (POINT_WISE_WEIGHT_KEY.equals(key) && layer instanceof SeparableConvolution2D) {
      return IntStream.range(1, rank).toArray();
    }
    if (layer instanceof LearnedSelfAttentionLayer && "Q".equals(key)) {
      return new int[] {1};
    }
    if (layer instanceof OCNNOutputLayer && "w".equals(key)) {
      return new int[] {0, 1}; // all hidden units to the one output
    }
    return LAYOUTS.stream()
        .filter(layout -> layout.rank() == rank && layout.layer().isInstance(layer))
        .findFirst()
        .map(Layout::summed)
        .orElseGet(() -> rank == 2 ? new int[] {0} : IntStream.range(1, rank).toArray());
  }

  /**
   * Numbers the units of a parameter.
   *
   * @param layer the layer's configuration, without wrappers, or null for a vertex that has none
   * @param key the parameter's name in the layer
   * @param shape the parameter's shape
   * @return the number of the unit that each element leads to, from 0, or -1 for a peephole;
   *     elements in c order
   */
  public static int[] unitOf(@Nullable Layer layer, String key, long... shape) {
    int length = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] places = IntStream.range(0, length).mapToDouble(i -> i).toArray();
    UnitAxes axes = of(layer, key, Nd4j.createFromArray(places).reshape('c', shape));
    double[] order = axes.weights.dup('c').data().asDouble();
    long[] sizes = axes.weights.shape();
    int[] unitOf = new int[length];
    Arrays.fill(unitOf, -1);
    for (int i = 0; i < order.length; i++) {
      unitOf[(int) order[i]] = axes.unit(i, sizes);
    }
    return unitOf;
  }

  private int unit(int place, long... sizes) {
    int unit = 0;
    int step = 1;
    int rest = place;
    for (int d = sizes.length - 1; d >= 0; d--) {
      if (Arrays.binarySearch(summed, d) < 0) {
        unit += rest % (int) sizes[d] * step;
        step *= (int) sizes[d];
      }
      rest /= (int) sizes[d];
    }
    return unit;
  }

  /**
   * The weights in the layout that the layer computes with.
   *
   * @return the array given, or a view of it
   */
  public INDArray weights() {
    return weights;
  }

  /**
   * The dimensions of {@link #weights()} to sum over for one number per unit.
   *
   * @return a new array, in ascending order
   */
  public int[] summedDimensions() {
    return summed.clone();
  }
}
