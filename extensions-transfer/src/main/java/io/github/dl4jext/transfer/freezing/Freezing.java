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
 * iteration, epoch and score; the original is not touched and shares no memory with it. It also has
 * the original's listeners, and each {@link TrainingFollower} among them is told that its training
 * goes on in the new network. Train the new network or the original, not both by turns.
 *
 * <p><b>Frozen</b> means that nothing moves a parameter: no gradient, no l1, l2 or weight decay, no
 * constraint, no momentum from before. Dropout and weight noise are off, and batch normalization
 * uses its running statistics, which stay as they are. Output layers may be frozen too.
 *
 * <p><b>The gradient</b> passes through a frozen layer if something below it learns. Where nothing
 * does, backpropagation ends there, and a step is the faster for it.
 *
 * <p><b>The updater's state</b> of a frozen layer is kept until it is unfrozen, in a saved file
 * too. Freezing, unfreezing and then training gives bit for bit what training without gives. Layers
 * that have never been trained have no state, and need no memory for it: once unfrozen, they start
 * from zero. Adam's first steps are then up to four times the learning rate if the network's
 * iteration is far on, since Adam takes zeros for a mean of many steps; {@link GradualUnfreezing}
 * has a warm-up for that.
 *
 * <p><b>To DL4J</b> a frozen layer is one of its own {@code FrozenLayer} or {@code
 * FrozenLayerWithBackprop}, or a subclass of ours where these would go wrong. A network that DL4J
 * froze is taken as it is, and can be unfrozen here.
 *
 * @see <a href="https://keras.io/guides/transfer_learning/">Keras's guide to freezing layers</a>
 */
public final class Freezing {

  private Freezing() {}

  /**
   * Freezes layers, besides those that are frozen already.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, which is not changed
   * @param layers which layers
   * @param <M> its type
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static <M extends Model> M freeze(M network, LayerSelector layers) {
    return copyFreezing(network, layers).build();
  }

  /**
   * Freezes layers, and says what becomes of batch normalization among them.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, which is not changed
   * @param layers which layers
   * @param batchNorm what batch normalization does
   * @param <M> its type
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
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
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, which is not changed
   * @param <M> its type
   * @return a new network
   */
  public static <M extends Model> M unfreeze(M network) {
    return FrozenCopy.of(network, Set.of()).build();
  }

  /**
   * Lets layers learn; others stay as they are.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, which is not changed
   * @param layers which layers
   * @param <M> its type
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static <M extends Model> M unfreeze(M network, LayerSelector layers) {
    return copyUnfreezing(network, layers).build();
  }

  /**
   * Begins a copy in which layers are frozen, for what else is to be changed at once.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, which is not changed
   * @param layers which layers
   * @param <M> its type
   * @return options for the copy, which carries on the training
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static <M extends Model> NetworkCopy<M> copyFreezing(M network, LayerSelector layers) {
    Set<String> frozen = frozen(network);
    frozen.addAll(names(network, layers));
    return FrozenCopy.of(network, frozen);
  }

  /**
   * Begins a copy in which layers learn again, for what else is to be changed at once, such as
   * their rates.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, which is not changed
   * @param layers which layers
   * @param <M> its type
   * @return options for the copy, which carries on the training
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
   * Writes the layers of a network as a table, for reading.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return a line for each layer, in topological order and with its index, and the sums
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
