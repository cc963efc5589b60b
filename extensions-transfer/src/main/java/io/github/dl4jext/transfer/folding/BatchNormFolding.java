package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.Network;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Folds batch normalization into the layers beside it, which then give the same outputs in fewer
 * steps.
 *
 * <p>Outside training, batch normalization computes {@code y = a x + s} for each channel, with
 * {@code a = gamma / sqrt(variance + eps)} and {@code s = beta - mean a}. A linear layer before it
 * gives the same result by itself with weights {@code a W} and bias {@code a b + s}, and a linear
 * layer after it with weights {@code W a} and bias {@code b + W s}.
 *
 * <pre>{@code
 * FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net);
 * System.out.print(folded.summary());
 * INDArray probabilities = folded.network().output(images);
 * }</pre>
 *
 * <p>Folding is for <b>inference</b>: the folded network can be trained, but only as one without
 * batch normalization, and the updater's state is dropped. Iteration and epoch counts are kept. The
 * folded network can be saved and loaded like any other. The original network is neither changed
 * nor run.
 *
 * <table><caption>What is folded</caption>
 * <tr><th>order</th><th>into</th></tr>
 * <tr><td>linear layer without activation, batch norm</td><td>the layer before: dense, embedding,
 *   convolution of 1, 2 or 3 dimensions, deconvolution, depth-wise, separable. A layer without a
 *   bias gets one</td></tr>
 * <tr><td>batch norm (first, or after an activation), then linear layer</td><td>the layer after:
 *   dense, output, and convolutions without padding; in a graph, every layer that reads the batch
 *   norm
 *   </td></tr>
 * <tr><td>dropout, an identity activation, average pooling, flattening between them</td><td>the
 * same as if they were not there; max pooling too, if no {@code a} is negative</td></tr>
 * <tr><td>frozen layers and frozen batch norms</td><td>the same; what took it in stays frozen
 *   </td></tr></table>
 *
 * <p><b>What is kept</b>, with the reason in {@link FoldedNetwork#kept()}: a batch norm before a
 * convolution with padding, since the zeros at its border would have to be shifted too; before a
 * deconvolution; between two non-linear layers; one that a vertex such as {@code MergeVertex}
 * reads; one that is an output of the graph; and one next to a layer of a class that is not known
 * here.
 *
 * <p><b>The proof.</b> Both networks compute a batch, which is given or drawn from a fixed seed,
 * and the largest difference of their logits is part of the result. In float it was 5e-7 of the
 * largest logit for a network of 784-300-100-10 units trained on Fashion-MNIST, with batch norms
 * before and behind ReLU. The difference grows with {@code a}: a variance near 0 makes weights that
 * amplify rounding errors.
 *
 * <p><b>Shape and type.</b> Folding is computed in double, and its result is stored in the
 * network's type, float or double. Data may be channels first or channels last, gamma and beta
 * learned or locked, and the variance stored plainly or as the logarithm of the deviation.
 *
 * <p><b>Edges.</b> A network without batch normalization is copied as it is; {@link
 * FoldedNetwork#summary()} says so, and a warning is logged. A batch norm whose statistics are NaN,
 * infinite or negative is kept. Masked time steps may differ: a batch norm shifts them, whereas a
 * folded layer leaves them 0.
 *
 * <p><b>Check.</b> gamma 2, beta 1, mean 3, variance 4 and eps 0 give a = 1 and s = -2: a dense
 * layer before it with weight 5 and bias 7 becomes one with weight 5 and bias 5.
 *
 * <p><b>Peculiarities of DL4J that are reproduced</b>, since the outputs must agree: locked gamma
 * and beta are applied only if gamma is not 1 and beta is not 0, and the batch norm's own
 * activation is never applied. DL4J normalizes sequences in channels-first format by example, so a
 * batch norm on these is kept. It stores the weights of {@code Convolution1DLayer} in another order
 * than their shape says.
 *
 * @see <a href="https://arxiv.org/abs/1712.05877">Jacob et al. (2018), section 3.2</a>
 */
public final class BatchNormFolding {

  private BatchNormFolding() {}

  /**
   * Folds, and compares both networks on a random batch whose shape is derived from the first
   * layers.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param <M> the type of the network
   * @return the folded network and the proof
   * @throws IllegalArgumentException if there is a batch norm and the shape of an input cannot be
   *     derived, such as that of a convolution on images; then give input types or a batch
   */
  public static <M extends Model> FoldedNetwork<M> fold(M network) {
    MutableNetwork<M> parts = MutableNetwork.of(network);
    if (parts.warnIfNothingToFold()) {
      return new FoldedNetwork<>(parts.build(), Map.of(), Map.of(), 0, 0);
    }
    return fold(
        network,
        parts.inputs().stream()
            .map(input -> ComparisonInputs.of(parts.consumers(input).get(0)))
            .toArray(INDArray[]::new));
  }

  /**
   * Folds, and compares both networks on a random batch of the given input types.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param inputs the types of the network's inputs, one for each
   * @param <M> the type of the network
   * @return the folded network and the proof
   */
  public static <M extends Model> FoldedNetwork<M> fold(M network, InputType... inputs) {
    Objects.requireNonNull(inputs, "batch-norm folding: inputs must be given, was null");
    return fold(network, ComparisonInputs.of(inputs));
  }

  /**
   * Folds, and compares both networks on a given batch.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param given the batch, one array for each input, preferably of more than one example
   * @param <M> the type of the network
   * @return the folded network and the proof
   */
  public static <M extends Model> FoldedNetwork<M> fold(M network, INDArray... given) {
    Objects.requireNonNull(given, "batch-norm folding: the batch must be given, was null");
    MutableNetwork<M> parts = MutableNetwork.of(network);
    parts.warnIfNothingToFold();
    MutableNetwork<M> original = MutableNetwork.of(network).toLogits();
    INDArray[] batch = ComparisonInputs.in(Network.of(network).configuration().dataType(), given);
    Map<String, INDArray> activations = original.checkedActivations(original.build(), batch);
    BatchNormFolder<M> folder = new BatchNormFolder<>(parts, activations, (int) batch[0].size(0));
    folder.run();
    M built = parts.build();
    double[] before = OutputDifference.outputs(original, activations);
    parts.toLogits();
    double[] after = OutputDifference.outputs(parts, parts.activations(parts.build(), batch));
    OutputDifference difference = OutputDifference.between(before, after);
    return new FoldedNetwork<>(
        built, folder.folded(), folder.kept(), difference.largest(), difference.largestOutput());
  }
}
