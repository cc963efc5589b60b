package io.github.dl4jext.network;

import io.github.dl4jext.spi.ConfigurationReading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes a copy of a network, and leaves the original unchanged.
 *
 * <pre>{@code
 * MultiLayerNetwork trial = NetworkCopy.from(net).build();
 * MultiLayerNetwork averaged =
 *     NetworkCopy.from(net).weights(mean).withoutUpdaterState().build();
 * }</pre>
 *
 * <p>Unless an option says otherwise, the copy has the weights, the updater's state, the counters
 * of steps and epochs and the score of the original; layers that are frozen only in the live
 * network, as DL4J's {@code TransferLearningHelper} does it, are frozen in it too. It has no
 * listeners, and shares nothing with the original.
 *
 * <p>DL4J's own {@code clone()} shares the updaters, and with them the learning rates; the clone of
 * a graph also shares the list of listeners, and loses the counters, so that schedules start again.
 *
 * @param <M> the type of the network
 */
public final class NetworkCopy<M extends Model> {

  private final M original;
  private final Network network;
  private final List<Consumer<NetworkConfiguration>> changes = new ArrayList<>();

  /** Keys of nodes, see {@link Node#key()}. */
  private final Set<String> unfrozen = new HashSet<>();

  private @Nullable INDArray weights;
  private boolean updaterState = true;
  private boolean sameTraining;

  private NetworkCopy(M original) {
    this.original = original;
    this.network = Network.of(original);
  }

  /**
   * Begins a copy.
   *
   * @param original a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @param <M> its type
   * @return options for the copy
   */
  public static <M extends Model> NetworkCopy<M> from(M original) {
    return new NetworkCopy<>(original);
  }

  /**
   * Gives the copy other weights.
   *
   * @param vector all parameters, as the original lays them out; the array itself becomes the
   *     copy's, so that with {@code original.params()} both networks share their memory
   * @return this
   */
  public NetworkCopy<M> weights(INDArray vector) {
    weights = Objects.requireNonNull(vector, "the weights must not be null");
    return this;
  }

  /**
   * Lets the copy begin with an updater without state.
   *
   * @return this
   */
  public NetworkCopy<M> withoutUpdaterState() {
    updaterState = false;
    return this;
  }

  /**
   * Removes the wrappers that freeze layers, whatever their origin.
   *
   * @param layers which layers; those that are not frozen stay as they are
   * @return this
   */
  public NetworkCopy<M> unfreezing(LayerSelector layers) {
    layers.in(network.nodes()).forEach(node -> unfrozen.add(node.key()));
    return this;
  }

  /**
   * Changes the copy's configuration before the network is made from it. The places of the
   * parameters in memory, and their lengths, must stay the same.
   *
   * @param change changes the copy's own configuration
   * @return this
   */
  public NetworkCopy<M> changing(Consumer<NetworkConfiguration> change) {
    changes.add(Objects.requireNonNull(change, "the change must not be null"));
    return this;
  }

  /**
   * Lets the copy continue the original's training: it gets the original's listeners, and these are
   * notified by {@link Network#sameTrainingAs}.
   *
   * @return this
   */
  public NetworkCopy<M> carryingOnTraining() {
    sameTraining = true;
    return this;
  }

  /**
   * Makes the copy.
   *
   * @return a new network
   * @throws IllegalArgumentException if the weights are too many or too few
   */
  @SuppressWarnings("unchecked") // the copy is of the original's type
  public M build() {
    return (M) outsideOfWorkspaces(this::make);
  }

  private Model make() {
    Model copy =
        original instanceof MultiLayerNetwork stack
            ? stack(stack)
            : graph((ComputationGraph) original);
    Network made = Network.of(copy);
    freezeLiveLayers(made);
    made.setScore(network.score());
    if (updaterState) {
      UpdaterState.copyOf(network).putInto(made);
    }
    if (sameTraining) {
      made.setListeners(network.listeners());
      made.sameTrainingAs(original);
    }
    return copy;
  }

  private MultiLayerNetwork stack(MultiLayerNetwork stack) {
    MultiLayerConfiguration configuration =
        ConfigurationReading.copyOf(stack.getLayerWiseConfigurations());
    change(NetworkConfiguration.of(configuration));
    MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
    copy.init(parameters(), false);
    return copy;
  }

  private ComputationGraph graph(ComputationGraph graph) {
    ComputationGraphConfiguration configuration =
        ConfigurationReading.copyOf(graph.getConfiguration());
    change(NetworkConfiguration.of(configuration));
    ComputationGraph copy = new ComputationGraph(configuration);
    copy.init(parameters(), false);
    return copy;
  }

  private void change(NetworkConfiguration configuration) {
    configuration.setProgress(network.progress());
    restoreFrozen(configuration);
    configuration.nodes().stream()
        .filter(node -> unfrozen.contains(node.key()))
        .forEach(node -> unfreeze(configuration, node));
    changes.forEach(change -> change.accept(configuration));
  }

  /**
   * Restores names and constraints. When DL4J reads a frozen layer from JSON, the layer within
   * loses its own if the frozen layer has none.
   */
  private void restoreFrozen(NetworkConfiguration configuration) {
    Map<String, LiveNode> originals = new HashMap<>();
    network.nodes().forEach(node -> originals.put(node.key(), node));
    for (Node node : configuration.nodes()) {
      if (node.isLayer() && node.isFrozen()) {
        org.deeplearning4j.nn.conf.layers.Layer before =
            Objects.requireNonNull(originals.get(node.key()), "the copy has the original's nodes")
                .layer()
                .orElseThrow();
        org.deeplearning4j.nn.conf.layers.Layer layer = node.layer().orElseThrow();
        layer.setConstraints(before.getConstraints());
        layer.setLayerName(before.getLayerName());
      }
    }
  }

  private static void unfreeze(NetworkConfiguration configuration, Node node) {
    node.storedVertex()
        .filter(vertex -> vertex != Frozen.below(vertex))
        .ifPresent(vertex -> configuration.replaceVertex(node, Frozen.below(vertex)));
    node.storedLayer()
        .filter(Frozen::isFrozen)
        .map(Frozen::below)
        .ifPresent(
            layer -> {
              if (layer.getLayerName() == null) {
                layer.setLayerName(node.storedLayer().orElseThrow().getLayerName());
              }
              configuration.replaceLayer(node, layer);
            });
  }

  private @Nullable INDArray parameters() {
    INDArray own = network.parameters();
    INDArray taken = weights;
    if (taken == null) {
      taken = own == null ? null : own.dup();
    }
    long wanted = own == null ? 0 : own.length();
    long given = taken == null ? 0 : taken.length();
    if (given != wanted) {
      throw new IllegalArgumentException(
          "the weights must have " + wanted + " elements, had " + given);
    }
    return given == 0 ? null : taken;
  }

  private void freezeLiveLayers(Network made) {
    Map<String, LiveNode> copies = new HashMap<>();
    made.nodes().forEach(node -> copies.put(node.key(), node));
    for (LiveNode node : network.nodes()) {
      LiveNode copy = copies.get(node.key());
      boolean live = node.outerLayer().filter(FrozenLayer.class::isInstance).isPresent();
      if (live && copy != null && !copy.isFrozen() && !unfrozen.contains(node.key())) {
        freeze(made, copy);
      }
    }
  }

  private static void freeze(Network made, LiveNode node) {
    if (made instanceof LayerStack stack) {
      Layer[] layers = stack.model().getLayers();
      layers[node.index()] = new FrozenLayer(layers[node.index()]);
    } else if (made instanceof LayerGraph graph) {
      graph.model().getVertex(node.name()).setLayerAsFrozen();
    }
  }

  /**
   * Runs an action outside of workspaces, since a listener may be called within those of a step,
   * which the action's arrays outlive.
   */
  static <T> T outsideOfWorkspaces(Supplier<T> action) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try {
      return action.get();
    } finally {
      outside.close();
    }
  }
}
