package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.network.ParameterState;
import io.github.dl4jext.network.Topology;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The same network with other layers frozen: parameters, updater state, counters and listeners are
 * those of the original, which shares no memory with it.
 */
public final class FrozenCopy {

  private final Topology network;
  private final Set<String> frozen;

  /** Places below which, themselves included, nothing is to be reached by a gradient. */
  private final Set<String> still = new HashSet<>();

  /** Layers whose updater remembers something, by key. */
  private final Set<String> remembered = new HashSet<>();

  /** What else becomes of each layer's configuration, by key. */
  private final BiConsumer<String, org.deeplearning4j.nn.conf.layers.Layer> change;

  private FrozenCopy(
      Model model,
      Set<String> frozen,
      BiConsumer<String, org.deeplearning4j.nn.conf.layers.Layer> change) {
    this.network = Topology.of(model);
    this.frozen = frozen;
    this.change = change;
    for (ParameterState state : ParameterState.of(model)) {
      if (state.arrays().values().stream()
          .anyMatch(
              array ->
                  array.aminNumber().doubleValue() != 0 || array.amaxNumber().doubleValue() != 0)) {
        remembered.add(state.layerKey());
      }
    }
  }

  public static MultiLayerNetwork of(MultiLayerNetwork net, Set<String> frozen) {
    return new FrozenCopy(net, frozen, (key, layer) -> {}).copy(net);
  }

  public static ComputationGraph of(ComputationGraph graph, Set<String> frozen) {
    return new FrozenCopy(graph, frozen, (key, layer) -> {}).copy(graph);
  }

  /** A copy of a network of either type, in which each layer may be changed too. */
  @SuppressWarnings("unchecked") // a copy is of the same type
  public static <M extends Model> M of(
      M model,
      Set<String> frozen,
      BiConsumer<String, org.deeplearning4j.nn.conf.layers.Layer> change) {
    FrozenCopy copy = new FrozenCopy(model, frozen, change);
    return (M)
        (model instanceof MultiLayerNetwork net
            ? copy.copy(net)
            : copy.copy((ComputationGraph) model));
  }

  private MultiLayerNetwork copy(MultiLayerNetwork net) {
    MultiLayerConfiguration conf =
        MultiLayerConfiguration.fromJson(net.getLayerWiseConfigurations().toJson());
    conf.setIterationCount(net.getIterationCount());
    conf.setEpochCount(net.getEpochCount());
    boolean learns = false;
    for (int i = 0; i < conf.getConfs().size(); i++) {
      String key = String.valueOf(i);
      setLayer(conf.getConf(i), key, network.place(key).status().name(), net.getLayer(i), learns);
      learns |= network.place(key).status().parameters() > 0 && !frozen.contains(key);
    }
    MultiLayerNetwork copy = new MultiLayerNetwork(conf);
    copy.init(net.params().dup(), false);
    copy.setListeners(net.getListeners());
    if (net.getUpdater(false) != null) {
      copy.getUpdater();
      carryState(net, copy);
    }
    return copy;
  }

  private ComputationGraph copy(ComputationGraph graph) {
    ComputationGraphConfiguration conf =
        ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson());
    conf.setIterationCount(graph.getConfiguration().getIterationCount());
    conf.setEpochCount(graph.getConfiguration().getEpochCount());
    findStill();
    Set<String> joints = stillJoints();
    for (Topology.Place place : network.places()) {
      String key = place.key();
      GraphVertex vertex = Topology.unwrap(conf.getVertices().get(key));
      if (vertex instanceof LayerVertex layer) {
        boolean learnsBelow = !place.inputs().stream().allMatch(still::contains);
        setLayer(layer.getLayerConf(), key, key, graph.getVertex(key).getLayer(), learnsBelow);
      } else if (joints.contains(key)) {
        vertex = new FrozenVertex(vertex);
      } else if (frozen.contains(key)) {
        boolean parked = remembered.contains(key);
        boolean passing = !still.contains(key);
        vertex =
            parked || passing
                ? new FrozenGraphVertex(vertex, parked, passing)
                : new FrozenVertex(vertex);
      }
      conf.getVertices().put(key, vertex);
    }
    ComputationGraph copy = new ComputationGraph(conf);
    copy.init(graph.params().dup(), false);
    // a list of its own: the host empties the one that it is given
    copy.setListeners(List.copyOf(graph.getListeners()));
    if (graph.getUpdater(false) != null) {
      copy.getUpdater();
      carryState(graph, copy);
    }
    return copy;
  }

  /** The host visits every layer that it does not know as frozen, so all below must be frozen. */
  private void findStill() {
    for (Topology.Place place : network.places()) {
      boolean itself = frozen.contains(place.key()) || place.status() == null;
      if (itself && still.containsAll(place.inputs())) {
        still.add(place.key());
      }
    }
  }

  /** Vertices without parameters that get no gradient, as all that they feed is frozen. */
  private Set<String> stillJoints() {
    Map<String, List<Topology.Place>> consumers = network.consumers();
    Set<String> joints = new HashSet<>();
    List<Topology.Place> places = network.places();
    for (int i = places.size() - 1; i >= 0; i--) {
      Topology.Place place = places.get(i);
      if (place.status() == null
          && still.contains(place.key())
          && consumers.getOrDefault(place.key(), List.of()).stream()
              .anyMatch(
                  next ->
                      still.contains(next.key())
                          && (next.status() != null || joints.contains(next.key())))) {
        joints.add(place.key());
      }
    }
    return joints;
  }

  private void setLayer(
      NeuralNetConfiguration conf, String key, String name, Layer live, boolean learnsBelow) {
    org.deeplearning4j.nn.conf.layers.Layer layer = Topology.unwrap(conf.getLayer());
    layer.setLayerName(name);
    change.accept(key, layer);
    conf.setLayer(layer);
    if (frozen.contains(key)) {
      Layer within = within(live);
      boolean parked = remembered.contains(key);
      if (learnsBelow || within instanceof IOutputLayer) {
        conf.setLayer(new FrozenPassThrough(layer, parked));
      } else if (FrozenStopGradient.isNeededFor(layer, within, parked)) {
        conf.setLayer(new FrozenStopGradient(layer, parked));
      } else {
        conf.setLayer(new org.deeplearning4j.nn.conf.layers.misc.FrozenLayer(layer));
        conf.getLayer().setLayerName(name);
        // or the host takes them away from the layer within when it reads the JSON
        conf.getLayer().setConstraints(layer.getConstraints());
      }
    }
  }

  private static Layer within(Layer live) {
    boolean frozen =
        live instanceof org.deeplearning4j.nn.layers.FrozenLayer
            || live instanceof org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
    return frozen ? within(((BaseWrapperLayer) live).getUnderlying()) : live;
  }

  /** Each parameter's state goes to the same parameter, whatever the blocks are. */
  public static void carryState(Model from, Model to) {
    ParameterState.copy(ParameterState.of(from), ParameterState.of(to), ParameterState::key);
  }
}
