package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.transfer.finetuning.GradualUnfreezing;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;

/**
 * Freezes layers of a network, so that they stay as they are while the others learn, and unfreezes
 * them.
 *
 * <pre>{@code
 * MultiLayerNetwork head = Freezing.freeze(pretrained, LayerSelector.allButLast(1));
 * head.fit(data, 5);
 * MultiLayerNetwork whole = Freezing.unfreeze(head);
 * whole.fit(data, 10);
 * System.out.println(Freezing.describe(whole));
 * }</pre>
 *
 * <p><b>A new network</b> is returned each time. It has the original's parameters, updater state,
 * iteration, epoch and score; the original is not changed and shares no memory with it. It also has
 * the original's listeners, and each {@link TrainingFollower} among them is told that its training
 * continues in the new network. Train either the new network or the original, but not both in turn.
 *
 * <p><b>Frozen</b> means that nothing changes a parameter: no gradient, no l1, l2 or weight decay,
 * no constraint, and no momentum of earlier steps. Dropout and weight noise are off, and batch
 * normalization uses its running statistics, which stay as they are. Output layers may be frozen
 * too.
 *
 * <p><b>The gradient</b> passes through a frozen layer if a layer below it learns. Otherwise
 * backpropagation ends at the frozen layer, which makes a step faster.
 *
 * <p><b>The updater's state</b> of a frozen layer is kept until the layer is unfrozen, in a saved
 * file too. Freezing layers, unfreezing them and then training gives bit for bit the same network
 * as training alone. Layers that have never been trained have no state and need no memory for it;
 * once unfrozen, their state starts from 0. If the network's iteration is high by then, Adam's
 * first steps for these layers are up to four times the learning rate, since Adam takes the zeros
 * for a mean of many steps. {@link GradualUnfreezing} has a warm-up that prevents this.
 *
 * <p><b>For DL4J</b>, a frozen layer is its own {@code FrozenLayer} or {@code
 * FrozenLayerWithBackprop}, or a subclass from this package where these would be wrong. A network
 * that DL4J has frozen can be used as it is, and can be unfrozen here.
 *
 * @see <a href="https://keras.io/guides/transfer_learning/">Keras's guide to freezing layers</a>
 */
public final class Freezing {

  private Freezing() {}

  /**
   * Freezes layers, in addition to those that are frozen already.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param layers which layers
   * @param <M> the type of the network
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static <M extends Model> M freeze(M network, LayerSelector layers) {
    return copyFreezing(network, layers).build();
  }

  /**
   * Freezes layers, with a policy for batch normalization among them.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param layers which layers
   * @param batchNorm whether batch normalization is frozen as it is, learns, or gets new statistics
   * @param <M> the type of the network
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown, or if the data to
   *     recalibrate with have no minibatch
   */
  public static <M extends Model> M freeze(
      M network, LayerSelector layers, BatchNormPolicy batchNorm) {
    Objects.requireNonNull(layers, "the layers must not be null");
    Objects.requireNonNull(batchNorm, "the policy of batch norm must not be null");
    return batchNorm.freeze(network, layers);
  }

  /**
   * Lets all layers learn.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param <M> the type of the network
   * @return a new network
   */
  public static <M extends Model> M unfreeze(M network) {
    return FrozenCopy.of(network, Set.of()).build();
  }

  /**
   * Lets layers learn; the other layers stay as they are.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param layers which layers
   * @param <M> the type of the network
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static <M extends Model> M unfreeze(M network, LayerSelector layers) {
    return copyUnfreezing(network, layers).build();
  }

  /**
   * Begins a copy in which layers are frozen, so that other changes can be made in the same copy.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param layers which layers
   * @param <M> the type of the network
   * @return options for the copy, which continues the training of the network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static <M extends Model> NetworkCopy<M> copyFreezing(M network, LayerSelector layers) {
    Set<String> frozen = frozen(network);
    frozen.addAll(names(network, layers));
    return FrozenCopy.of(network, frozen);
  }

  /**
   * Begins a copy in which layers learn again, so that other changes, such as to their rates, can
   * be made in the same copy.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param layers which layers
   * @param <M> the type of the network
   * @return options for the copy, which continues the training of the network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static <M extends Model> NetworkCopy<M> copyUnfreezing(M network, LayerSelector layers) {
    Set<String> frozen = frozen(network);
    frozen.removeAll(names(network, layers));
    return FrozenCopy.of(network, frozen);
  }

  private static Set<String> frozen(Model network) {
    return new LinkedHashSet<>(Network.of(network).frozen());
  }

  private static List<String> names(Model network, LayerSelector layers) {
    Objects.requireNonNull(layers, "the layers must not be null");
    return layers.in(network).stream().map(Node::name).toList();
  }

  /**
   * Writes the layers of a network as a table for human readers.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return a header, a line for each layer with its index, in topological order, and the sums of
   *     parameters
   */
  public static String describe(Model model) {
    List<LiveNode> layers =
        Network.of(model).nodes().stream().filter(LiveNode::countsAsLayer).toList();
    int name = widest(layers.stream().map(Node::name).toList(), "name");
    int type = widest(layers.stream().map(Node::type).toList(), "type");
    String columns = "%5s  %-" + name + "s  %-" + type + "s  ";
    StringBuilder table = new StringBuilder();
    append(table, columns + "%12s  %n", "", "name", "type", "parameters");
    for (LiveNode layer : layers) {
      append(
          table,
          columns + "%,12d  %s%n",
          layer.index(),
          layer.name(),
          layer.type(),
          layer.parameterCount(),
          layer.isFrozen() ? "frozen" : layer.learns() ? "trainable" : "");
    }
    long trainable = layers.stream().mapToLong(LiveNode::trainableCount).sum();
    long all = layers.stream().mapToLong(LiveNode::parameterCount).sum();
    long frozen =
        all - layers.stream().filter(LiveNode::learns).mapToLong(LiveNode::parameterCount).sum();
    append(table, "%,d of %,d parameters are trainable, %,d frozen", trainable, all, frozen);
    if (trainable + frozen < all) {
      append(table, ", %,d that no gradient moves", all - trainable - frozen);
    }
    return table.toString();
  }

  private static void append(StringBuilder table, String format, Object... cells) {
    table.append(String.format(Locale.ROOT, format, cells));
  }

  private static int widest(List<String> texts, String header) {
    return Math.max(header.length(), texts.stream().mapToInt(String::length).max().orElse(0));
  }
}
