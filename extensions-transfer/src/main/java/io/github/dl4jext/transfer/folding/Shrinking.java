package io.github.dl4jext.transfer.folding;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Removes the units and filters that make no difference: a smaller network with the same outputs.
 *
 * <p>Weights of 0 save no time, since ND4J multiplies by 0 as by any other number. Fewer units do
 * save time, so shrink a network after pruning it by unit or filter.
 *
 * <pre>{@code
 * Pruning.prune(net, PruningMethod.L2_STRUCTURED, 0.8);
 * net.fit(data, 3);
 * ShrunkenNetwork<MultiLayerNetwork> shrunken = Shrinking.shrink(net);
 * System.out.print(shrunken.summary());
 * }</pre>
 *
 * <p>Two kinds of units are removed, whether pruning or training made them so. A unit whose
 * incoming weights are all 0 always outputs the same number {@code c = f(b)}, which is added to the
 * biases of the layers that read it: {@code b <- b + W c}. A unit whose outgoing weights are all 0
 * has no effect. Removing one unit may produce another, so the search is repeated until none is
 * found. A layer keeps at least one unit, and a layer that is an output of the network keeps all of
 * them.
 *
 * <table><caption>What is shrunk</caption>
 * <tr><th>role</th><th>layers</th></tr>
 * <tr><td>loses units</td><td>dense, embedding, convolution of 1, 2 or 3 dimensions, deconvolution,
 *   separable convolution; frozen ones too</td></tr>
 * <tr><td>loses inputs</td><td>the same except embeddings, and output layers</td></tr>
 * <tr><td>may lie between them</td><td>batch normalization, which loses the unit's gain, shift and
 * statistics; activation, dropout, pooling, zero-padding, cropping and upsampling layers,
 * flattening, {@code MergeVertex}
 *   </td></tr></table>
 *
 * <p><b>What is kept</b>, with the reason in {@link ShrunkenNetwork#kept()}: units whose constant
 * output is not 0 before a convolution that pads with zeros, since the border would lack that
 * constant; units that another kind of layer or vertex reads, such as a recurrent layer, a
 * depth-wise convolution or an addition; and units of a layer that has layer normalization of its
 * own, or an activation across units.
 *
 * <p><b>The proof.</b> Both networks compute a batch in double, which is given or drawn from a
 * fixed seed. If a logit differs by more than 1e-6 of the largest, an exception is thrown. In
 * float, the outputs also differ by rounding, because fewer numbers are added in another order.
 *
 * <p><b>State.</b> The original network is neither changed nor run. Iteration and epoch counts are
 * kept, and so are the pruning masks of the remaining weights; the updater's state is dropped.
 *
 * <p><b>Edges.</b> Masked time steps may differ: the constant output of a removed unit was masked
 * there, but as a part of the biases it is not.
 *
 * <p><b>Check.</b> A unit with weights 0, bias 2 and ReLU is read with weight 3 by a unit of bias
 * 1: the first is removed, and the bias of the second becomes 7.
 *
 * @see <a href="https://arxiv.org/abs/1608.08710">Li et al. (2017)</a>
 */
public final class Shrinking {

  private static final double TOLERANCE = 1e-6;

  private Shrinking() {}

  /**
   * Shrinks, and compares both networks on a random batch whose shape is derived from the first
   * layers.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param <M> the type of the network
   * @return the smaller network and the proof
   * @throws IllegalArgumentException if the shape of an input cannot be derived, such as that of a
   *     convolution on images; then give input types or a batch
   * @throws IllegalStateException if the outputs differ
   */
  public static <M extends Model> ShrunkenNetwork<M> shrink(M network) {
    MutableNetwork<M> parts = MutableNetwork.of(network);
    return shrink(
        network,
        parts.inputs().stream()
            .map(input -> ComparisonInputs.of(parts.consumers(input).get(0)))
            .toArray(INDArray[]::new));
  }

  /**
   * Shrinks, and compares both networks on a random batch of the given input types.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param inputs the types of the network's inputs, one for each
   * @param <M> the type of the network
   * @return the smaller network and the proof
   * @throws IllegalStateException if the outputs differ
   */
  public static <M extends Model> ShrunkenNetwork<M> shrink(M network, InputType... inputs) {
    Objects.requireNonNull(inputs, "shrinking: inputs must be given, was null");
    return shrink(network, ComparisonInputs.of(inputs));
  }

  /**
   * Shrinks, and compares both networks on a given batch.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param given the batch, one array for each input, preferably of more than one example
   * @param <M> the type of the network
   * @return the smaller network and the proof
   * @throws IllegalStateException if the outputs differ
   */
  public static <M extends Model> ShrunkenNetwork<M> shrink(M network, INDArray... given) {
    Objects.requireNonNull(given, "shrinking: the batch must be given, was null");
    INDArray[] batch = ComparisonInputs.in(DataType.DOUBLE, given);
    MutableNetwork<M> parts = MutableNetwork.of(network);
    MutableNetwork<M> original = MutableNetwork.of(network);
    Map<String, INDArray> before = original.logits(batch);
    UnitRemover<M> remover = new UnitRemover<>(parts, before, (int) batch[0].size(0));
    remover.run();
    M built = parts.build();
    OutputDifference difference =
        OutputDifference.between(
            OutputDifference.outputs(original, before),
            OutputDifference.outputs(parts, parts.logits(batch)));
    ShrunkenNetwork<M> shrunken =
        new ShrunkenNetwork<>(
            built,
            remover.removed(),
            remover.kept(),
            network.numParams(),
            difference.largest(),
            difference.largestOutput());
    if (!(shrunken.relativeDifference() <= TOLERANCE)) {
      throw new IllegalStateException(
          "shrinking: the outputs of the smaller network must be those of the original, but differ"
              + " by "
              + shrunken.relativeDifference()
              + " of the largest on inputs of shape "
              + Arrays.stream(batch).map(INDArray::shape).map(Arrays::toString).toList()
              + ": look for NaN in the network or the batch, or report this network");
    }
    return shrunken;
  }
}
