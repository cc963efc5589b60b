package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Where the layers of a network are: one face for its two types. */
public final class Topology {

  /**
   * A layer, or a vertex without one.
   *
   * @param key by what DL4J's table of parameters names it: its index, or its name in a graph
   * @param inputs keys of those that feed it, network inputs left out
   * @param status null for a vertex that has neither layer nor parameters
   */
  public record Place(String key, List<String> inputs, LayerStatus status, boolean output) {

    public boolean learns() {
      return status != null && status.trainable();
    }

    public boolean isFrozen() {
      return status != null && status.frozen();
    }
  }

  private final Map<String, Place> places = new java.util.LinkedHashMap<>();

  private Topology() {}

  public static Topology of(Model model) {
    if (model instanceof MultiLayerNetwork net) {
      requireInitialised(net.getLayers() != null && net.params() != null);
      return of(net);
    }
    if (model instanceof ComputationGraph graph) {
      requireInitialised(graph.getVertices() != null && graph.params() != null);
      return of(graph);
    }
    throw new IllegalArgumentException(
        "the model must be a MultiLayerNetwork or a ComputationGraph, was "
            + (model == null ? "null" : "a " + model.getClass().getName()));
  }

  private static void requireInitialised(boolean initialised) {
    if (!initialised) {
      throw new IllegalArgumentException("the network is not initialised; call init() first");
    }
  }

  private static Topology of(MultiLayerNetwork net) {
    Topology topology = new Topology();
    for (int i = 0; i < net.getnLayers(); i++) {
      Layer stored = net.getLayerWiseConfigurations().getConf(i).getLayer();
      String key = String.valueOf(i);
      LayerStatus status =
          status(i, nameOf(stored, key), stored, net.getLayer(i), net.getLayer(i).numParams());
      List<String> inputs = i == 0 ? List.of() : List.of(String.valueOf(i - 1));
      topology.places.put(key, new Place(key, inputs, status, i == net.getnLayers() - 1));
    }
    return topology;
  }

  private static Topology of(ComputationGraph graph) {
    Topology topology = new Topology();
    var conf = graph.getConfiguration();
    int index = 0;
    for (int position : graph.topologicalSortOrder()) {
      var live = graph.getVertices()[position];
      String name = live.getVertexName();
      if (live.isInputVertex()) {
        continue;
      }
      GraphVertex stored = conf.getVertices().get(name);
      GraphVertex vertex = unwrap(stored);
      LayerStatus status = null;
      if (vertex instanceof LayerVertex layer) {
        status =
            status(
                index++,
                name,
                layer.getLayerConf().getLayer(),
                live.getLayer(),
                live.getLayer().numParams());
        status = stored instanceof FrozenVertex ? frozen(status) : status;
      } else if (live.numParams() > 0) {
        status =
            new LayerStatus(
                index++,
                name,
                null,
                vertex.getClass().getSimpleName(),
                live.numParams(),
                stored instanceof FrozenVertex);
      }
      List<String> inputs =
          conf.getVertexInputs().get(name).stream()
              .filter(input -> !conf.getNetworkInputs().contains(input))
              .toList();
      topology.places.put(
          name, new Place(name, inputs, status, conf.getNetworkOutputs().contains(name)));
    }
    return topology;
  }

  private static LayerStatus status(
      int index, String name, Layer stored, org.deeplearning4j.nn.api.Layer live, long parameters) {
    Layer layer = unwrap(stored);
    // TransferLearningHelper freezes live layers, and leaves the configuration as it was
    boolean frozen =
        layer != stored
            || live instanceof org.deeplearning4j.nn.layers.FrozenLayer
            || live instanceof org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
    return new LayerStatus(
        index, name, layer, layer.getClass().getSimpleName(), parameters, frozen);
  }

  private static LayerStatus frozen(LayerStatus status) {
    return new LayerStatus(
        status.index(), status.name(), status.layer(), status.type(), status.parameters(), true);
  }

  private static String nameOf(Layer layer, String otherwise) {
    String name =
        layer.getLayerName() == null ? unwrap(layer).getLayerName() : layer.getLayerName();
    return name == null ? otherwise : name;
  }

  /** The layer within all that freezes it, whoever froze it, and how often. */
  public static Layer unwrap(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrap(frozen.getLayer());
    }
    return layer instanceof FrozenLayerWithBackprop frozen ? unwrap(frozen.getUnderlying()) : layer;
  }

  /** The vertex within all that freezes it. */
  public static GraphVertex unwrap(GraphVertex vertex) {
    return vertex instanceof FrozenVertex frozen ? unwrap(frozen.getUnderlying()) : vertex;
  }

  /** In topological order. */
  public List<Place> places() {
    return List.copyOf(places.values());
  }

  public Place place(String key) {
    return places.get(key);
  }

  public List<LayerStatus> layers() {
    return places.values().stream().map(Place::status).filter(s -> s != null).toList();
  }

  public Set<String> frozen() {
    return keys(places.values().stream().filter(Place::isFrozen).toList());
  }

  public Set<String> keys(List<Place> some) {
    return some.stream().map(Place::key).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The keys of layers with an index. */
  public String keyOf(int index) {
    return places.values().stream()
        .filter(place -> place.status() != null && place.status().index() == index)
        .findFirst()
        .orElseThrow(() -> unknown(String.valueOf(index)))
        .key();
  }

  /** The key of a layer's name, or of a vertex; a layer without a name may be called by index. */
  public String keyOf(String name) {
    List<Place> named =
        places.values().stream()
            .filter(place -> place.status() != null && place.status().name().equals(name))
            .toList();
    if (named.size() > 1) {
      throw new IllegalArgumentException(
          named.size() + " layers are named \"" + name + "\"; say which by its index");
    }
    return Optional.of(named)
        .filter(one -> !one.isEmpty())
        .map(one -> one.get(0).key())
        .or(() -> Optional.ofNullable(places.get(name)).map(Place::key))
        .orElseThrow(() -> unknown("\"" + name + "\""));
  }

  private IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException(
        "there is no layer "
            + what
            + "; the layers are "
            + layers().stream()
                .map(layer -> layer.index() + " \"" + layer.name() + "\"")
                .collect(Collectors.joining(", ")));
  }

  /** A place and everything that it is computed from. */
  public Set<String> upTo(String key) {
    Set<String> found = new LinkedHashSet<>();
    List<String> open = new ArrayList<>(List.of(key));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (found.add(next)) {
        open.addAll(places.get(next).inputs());
      }
    }
    return found;
  }

  /** For each place those that take what it puts out. */
  public Map<String, List<Place>> consumers() {
    Map<String, List<Place>> consumers = new HashMap<>();
    for (Place place : places.values()) {
      place
          .inputs()
          .forEach(input -> consumers.computeIfAbsent(input, i -> new ArrayList<>()).add(place));
    }
    return consumers;
  }
}
