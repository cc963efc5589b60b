package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.network.LayerStatus;
import io.github.dl4jext.network.Topology;
import io.github.dl4jext.transfer.finetuning.GradualUnfreezing;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Keeps layers of a network as they are while the others learn, and lets them learn again.
 *
 * <pre>{@code
 * MultiLayerNetwork head = Freezing.freeze(pretrained, Layers.allButLast(1));
 * head.fit(data, 5);
 * MultiLayerNetwork whole = Freezing.unfreeze(head);
 * whole.fit(data, 10);
 * System.out.println(Freezing.describe(whole));
 * }</pre>
 *
 * <p><b>A new network</b> is returned each time. It has the original's parameters, updater state,
 * iteration and epoch, and listeners; the original is not touched and shares no memory with it.
 *
 * <p><b>Frozen</b> means that nothing moves a parameter: no gradient, no l1, l2 or weight decay, no
 * constraint, no momentum from before. Dropout and weight noise are off, and batch normalization
 * uses its running statistics, which stay as they are. Output layers may be frozen too.
 *
 * <p><b>The gradient</b> passes through a frozen layer if something below it learns. Where nothing
 * does, backpropagation ends there, and a step is the faster for it.
 *
 * <p><b>The updater's state</b> of a frozen layer is kept until it thaws, in a saved file too, as
 * long as it was. Freezing, unfreezing and then training gives bit for bit what training without
 * gives. Layers that have never been trained have no state, and need no memory for it: after a thaw
 * it starts from zero. Adam's first steps are then up to four times the learning rate if the
 * network's iteration is far on, since Adam takes zeros for a mean of many steps; {@link
 * GradualUnfreezing} has a warm-up for that.
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
   * @param network the network, which is not changed
   * @param layers which layers
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static MultiLayerNetwork freeze(MultiLayerNetwork network, Layers layers) {
    return FrozenCopy.of(network, with(network, layers));
  }

  /**
   * Freezes layers, besides those that are frozen already.
   *
   * @param network the network, which is not changed
   * @param layers which layers
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown, or if a vertex with
   *     parameters that is no layer is to be frozen above something that learns
   */
  public static ComputationGraph freeze(ComputationGraph network, Layers layers) {
    return FrozenCopy.of(network, with(network, layers));
  }

  /**
   * Lets all layers learn.
   *
   * @param network the network, which is not changed
   * @return a new network
   */
  public static MultiLayerNetwork unfreeze(MultiLayerNetwork network) {
    return FrozenCopy.of(network, Set.of());
  }

  /**
   * Lets all layers learn.
   *
   * @param network the network, which is not changed
   * @return a new network
   */
  public static ComputationGraph unfreeze(ComputationGraph network) {
    return FrozenCopy.of(network, Set.of());
  }

  /**
   * Lets layers learn; others stay as they are.
   *
   * @param network the network, which is not changed
   * @param layers which layers
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static MultiLayerNetwork unfreeze(MultiLayerNetwork network, Layers layers) {
    return FrozenCopy.of(network, without(network, layers));
  }

  /**
   * Lets layers learn; others stay as they are.
   *
   * @param network the network, which is not changed
   * @param layers which layers
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static ComputationGraph unfreeze(ComputationGraph network, Layers layers) {
    return FrozenCopy.of(network, without(network, layers));
  }

  /**
   * Freezes layers, and says what becomes of batch normalization among them.
   *
   * @param network the network, which is not changed
   * @param layers which layers
   * @param batchNorm what batch normalization does
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static MultiLayerNetwork freeze(
      MultiLayerNetwork network, Layers layers, BatchNormPolicy batchNorm) {
    return batchNorm.freeze(network, layers);
  }

  /**
   * Freezes layers, and says what becomes of batch normalization among them.
   *
   * @param network the network, which is not changed
   * @param layers which layers
   * @param batchNorm what batch normalization does
   * @return a new network
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public static ComputationGraph freeze(
      ComputationGraph network, Layers layers, BatchNormPolicy batchNorm) {
    return batchNorm.freeze(network, layers);
  }

  static Set<String> with(Model model, Layers layers) {
    Objects.requireNonNull(layers, "the layers must not be null");
    Topology topology = Topology.of(model);
    Set<String> frozen = new LinkedHashSet<>(topology.frozen());
    frozen.addAll(layers.keys(topology));
    return frozen;
  }

  private static Set<String> without(Model model, Layers layers) {
    Objects.requireNonNull(layers, "the layers must not be null");
    Topology topology = Topology.of(model);
    Set<String> frozen = new LinkedHashSet<>(topology.frozen());
    frozen.removeAll(layers.keys(topology));
    return frozen;
  }

  /**
   * The layers of a network, and which of them learn.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return one entry for each layer, in order
   */
  public static List<LayerStatus> layers(Model model) {
    return Topology.of(model).layers();
  }

  /**
   * The layers of a network as a table, for reading.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return a line for each layer, and the sums
   */
  public static String describe(Model model) {
    List<LayerStatus> layers = layers(model);
    int name = widest(layers.stream().map(LayerStatus::name).toList(), "name");
    int type = widest(layers.stream().map(LayerStatus::type).toList(), "type");
    String format = "%5s  %-" + name + "s  %-" + type + "s  %,12d  %s%n";
    StringBuilder table =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                format.replace("%,12d", "%12s"),
                "",
                "name",
                "type",
                "parameters",
                ""));
    long learning = 0;
    long all = 0;
    for (LayerStatus layer : layers) {
      table.append(
          String.format(
              Locale.ROOT,
              format,
              layer.index(),
              layer.name(),
              layer.type(),
              layer.parameters(),
              layer.frozen() ? "frozen" : layer.trainable() ? "trainable" : ""));
      learning += layer.trainable() ? layer.parameters() : 0;
      all += layer.parameters();
    }
    return table
        .append(
            String.format(
                Locale.ROOT,
                "%,d of %,d parameters are trainable, %,d frozen",
                learning,
                all,
                all - learning))
        .toString();
  }

  private static int widest(List<String> texts, String header) {
    return Math.max(header.length(), texts.stream().mapToInt(String::length).max().orElse(0));
  }
}
