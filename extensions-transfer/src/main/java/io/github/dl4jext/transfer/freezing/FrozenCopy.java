package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.network.NodeState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;

/** Chooses for each node that is to be frozen the wrapper that keeps it as it is. */
final class FrozenCopy {

  private final List<LiveNode> nodes;
  private final Set<String> frozen;

  /** The nodes whose updater remembers something. */
  private final Set<String> remembered;

  /** Nodes that no gradient has to reach, nor anything that they are computed from. */
  private final Set<String> still = new HashSet<>();

  /** Vertices without parameters that get no gradient, as all that they feed is frozen. */
  private final Set<String> stillJoints = new HashSet<>();

  private FrozenCopy(Network network, Set<String> frozen) {
    this.nodes = network.nodes();
    this.frozen = frozen;
    this.remembered =
        NodeState.in(network).stream()
            .filter(NodeState::remembersSomething)
            .map(state -> state.slot().node().name())
            .collect(Collectors.toSet());
    findStill();
    findStillJoints();
  }

  /** Begins a copy in which these nodes are frozen, and no others, and which carries on. */
  static <M extends Model> NetworkCopy<M> of(M model, Set<String> frozen) {
    FrozenCopy plan = new FrozenCopy(Network.of(model), frozen);
    return NetworkCopy.from(model)
        .unfreezing(plan.everyNode())
        .changing(plan::freeze)
        .carryingOnTraining();
  }

  private LayerSelector everyNode() {
    return LayerSelector.named(nodes.stream().map(Node::name).toArray(String[]::new));
  }

  /** In a graph DL4J visits every layer that it does not know as frozen. */
  private void findStill() {
    for (LiveNode node : nodes) {
      boolean passesOn = node.vertex().isEmpty() || !node.isLayer();
      boolean rests = frozen.contains(node.name()) || passesOn && node.parameterCount() == 0;
      if (rests && still.containsAll(node.inputs())) {
        still.add(node.name());
      }
    }
  }

  private void findStillJoints() {
    Map<String, LiveNode> byName = new HashMap<>();
    nodes.forEach(node -> byName.put(node.name(), node));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      LiveNode node = nodes.get(i);
      if (!node.countsAsLayer()
          && still.contains(node.name())
          && node.consumers().stream()
              .filter(still::contains)
              .anyMatch(
                  next ->
                      Objects.requireNonNull(byName.get(next), next).countsAsLayer()
                          || stillJoints.contains(next))) {
        stillJoints.add(node.name());
      }
    }
  }

  private void freeze(NetworkConfiguration configuration) {
    Map<String, Node> copies = new HashMap<>();
    configuration.nodes().forEach(node -> copies.put(node.key(), node));
    for (LiveNode node : nodes) {
      Node copy = Objects.requireNonNull(copies.get(node.key()), node.key());
      if (stillJoints.contains(node.name())) {
        configuration.replaceVertex(copy, new FrozenVertex(copy.vertex().orElseThrow()));
      } else if (frozen.contains(node.name()) && node.isLayer()) {
        configuration.replaceLayer(copy, layer(node, copy));
      } else if (frozen.contains(node.name()) && node.countsAsLayer()) {
        configuration.replaceVertex(copy, vertex(node, copy.vertex().orElseThrow()));
      }
    }
  }

  private GraphVertex vertex(LiveNode node, GraphVertex vertex) {
    boolean parked = remembered.contains(node.name());
    boolean passing = !still.contains(node.name());
    return parked || passing
        ? new FrozenGraphVertex(vertex, parked, passing)
        : new FrozenVertex(vertex);
  }

  private Layer layer(LiveNode node, Node copy) {
    Layer layer = copy.layer().orElseThrow();
    boolean parked = remembered.contains(node.name());
    boolean learnsBelow = !still.containsAll(node.inputs());
    var live = node.liveLayer().orElseThrow();
    if (learnsBelow || live instanceof IOutputLayer) {
      return new FrozenPassThrough(layer, parked);
    }
    if (FrozenStopGradient.isNeededFor(layer, live, parked)) {
      return new FrozenStopGradient(layer, parked);
    }
    FrozenLayer own = new FrozenLayer(layer);
    own.setLayerName(layer.getLayerName());
    // or DL4J takes them away from the layer within when it reads the JSON
    own.setConstraints(layer.getConstraints());
    return own;
  }
}
