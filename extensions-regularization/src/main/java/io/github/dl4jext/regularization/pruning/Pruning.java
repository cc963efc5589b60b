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
 * Pruning.remove(net);                     // zeros may grow again
 * }</pre>
 *
 * <p>Of n weights the {@code round(sparsity n)} smallest are pruned, half to even, as in PyTorch.
 * Biases, gains, slopes and batch normalization are left alone. Where units or filters are pruned,
 * the bias of each goes with its weights, and so do gain and shift of a batch norm that reads the
 * layer: the unit outputs its activation of 0. Output layers keep their units.
 *
 * <p><b>What keeps them 0</b> is a {@link PruningMask}, a constraint of the layer. It acts after
 * the update of whatever optimizer, and is saved, copied, frozen and sent to workers with the
 * network; {@code Constraints} leaves it on. Weights of frozen layers are pruned too.
 *
 * <p><b>Repeated calls.</b> The sparsity is what is to be reached, zeros of before included; what
 * is pruned stays so. In PyTorch {@code amount} is a share of what is left: twice 0.5 makes 0.75
 * there, and 0.5 here.
 *
 * <p><b>Edges.</b> Of equal weights the first go; NaN counts as the largest. At least one unit of a
 * layer is kept.
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
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @param method which weights count least
   * @param sparsity the share of zeros to be reached, in {@code [0, 1)}
   */
  public static <M extends Model> M prune(M network, PruningMethod method, double sparsity) {
    return prune(network, LayerSelector.all(), method, sparsity);
  }

  /**
   * Prunes some layers.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @param layers which layers
   * @param method which of their weights count least
   * @param sparsity the share of zeros to be reached, in {@code [0, 1)}
   * @throws IllegalArgumentException if there is nothing to prune, or a layer that was named has
   *     nothing
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

  /** Takes all masks off: pruned weights are 0 still, and are trained from now on. */
  public static <M extends Model> M remove(M network) {
    return remove(network, LayerSelector.all());
  }

  /** Takes the masks of some layers off. */
  public static <M extends Model> M remove(M network, LayerSelector layers) {
    Network view = Network.of(network);
    Objects.requireNonNull(layers, "pruning: layers must be given, was null");
    layers.in(view.nodes()).forEach(Masks::remove);
    return network;
  }

  /** Tells whether any parameter has a mask. */
  public static boolean isPruned(Model network) {
    return Network.of(network).nodes().stream()
        .map(LiveNode::slots)
        .anyMatch(slots -> slots.stream().anyMatch(slot -> Masks.present(slot).isPresent()));
  }
}
