package io.github.dl4jext.regularization.pruning;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.Checks;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;

/**
 * Prunes a network at once: the weights that matter least become 0, and stay 0 during further
 * training.
 *
 * <pre>{@code
 * Pruning.prune(net, PruningMethod.GLOBAL_L1_UNSTRUCTURED, 0.8);
 * net.fit(data, 3);                        // a pruned weight stays 0
 * System.out.println(Sparsity.of(net));
 * Pruning.remove(net);                     // all weights learn again
 * }</pre>
 *
 * <p>Of n weights the {@code round(sparsity n)} smallest are pruned, with halves rounded to even,
 * as in PyTorch. Biases, gains, slopes and batch normalization are not pruned. But if a unit or a
 * filter is pruned, its bias becomes 0 with its weights, and so do its gain and shift in a batch
 * norm that reads the layer, so that the unit outputs its activation of 0. Output layers keep their
 * units.
 *
 * <p><b>Masks.</b> A {@link PruningMask}, which is a constraint of the layer, keeps the weights at
 * 0. It acts after the update of any optimizer, and is saved, copied, frozen and sent to workers
 * with the network; {@code Constraints} does not remove it. Weights of frozen layers are pruned
 * too.
 *
 * <p><b>Repeated calls.</b> The sparsity is the share to be reached, with weights that were pruned
 * before included; these stay pruned. In PyTorch {@code amount} is a share of the remaining
 * weights: pruning by 0.5 twice gives 0.75 there, and 0.5 here.
 *
 * <p><b>Edges.</b> Of equal weights the first are pruned, and NaN counts as the largest. At least
 * one unit of a layer is kept.
 *
 * <p>Every method changes the network that it is given and returns it. Layers in {@code
 * Bidirectional} and vertices with weights of their own cannot be pruned, since DL4J has no place
 * for the masks.
 *
 * @see <a href="https://pytorch.org/docs/stable/nn.html#utilities">PyTorch:
 *     torch.nn.utils.prune</a>
 */
public final class Pruning {

  private Pruning() {}

  /**
   * Prunes all layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param method decides which weights matter least
   * @param sparsity the share to be pruned, in {@code [0, 1)}
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if there is nothing to prune, or the sparsity is out of range
   */
  public static <M extends Model> M prune(M network, PruningMethod method, double sparsity) {
    return prune(network, LayerSelector.all(), method, sparsity);
  }

  /**
   * Prunes some layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param layers the layers
   * @param method decides which of their weights matter least
   * @param sparsity the share to be pruned, in {@code [0, 1)}
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if there is nothing to prune, also in a single layer that was
   *     named, or the sparsity is out of range
   */
  public static <M extends Model> M prune(
      M network, LayerSelector layers, PruningMethod method, double sparsity) {
    Network view = Network.of(network);
    Objects.requireNonNull(layers, "pruning: layers must be given, was null");
    Objects.requireNonNull(method, "pruning: method must be given, was null");
    Checks.of("pruning")
        .that(sparsity >= 0 && sparsity < 1, "sparsity", "a number in [0, 1)", sparsity)
        .done();
    Masks.put(view, Masks.of(view, layers, method, sparsity));
    return network;
  }

  /**
   * Removes all masks. Pruned weights are still 0, and learn again from the next step on.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param <M> the network's type
   * @return the network given
   */
  public static <M extends Model> M remove(M network) {
    return remove(network, LayerSelector.all());
  }

  /**
   * Removes the masks of some layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param layers the layers
   * @param <M> the network's type
   * @return the network given
   */
  public static <M extends Model> M remove(M network, LayerSelector layers) {
    Network view = Network.of(network);
    Objects.requireNonNull(layers, "pruning: layers must be given, was null");
    layers.in(view.nodes()).forEach(Masks::remove);
    return network;
  }

  /**
   * Returns whether any parameter has a mask.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return true if at least one parameter has a mask
   */
  public static boolean isPruned(Model network) {
    return Network.of(network).nodes().stream()
        .map(LiveNode::slots)
        .anyMatch(slots -> slots.stream().anyMatch(slot -> Masks.present(slot).isPresent()));
  }
}
