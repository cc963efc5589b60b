package io.github.dl4jext.transfer.features;

import io.github.dl4jext.activations.RReLU;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.network.TrainingNoise;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;

/**
 * Finds the lower part of a network whose outputs for the same data are the same in every epoch:
 * layers that are frozen, or have neither parameters nor noise, and are computed from nothing else.
 *
 * <p>Outputs are left to the head even if they are frozen: they add to the score that listeners
 * see.
 *
 * <p>The border lies where a row is an example. DL4J's preprocessors between recurrent and dense
 * layers make rows of time steps, and take the number of examples from the network's first input; a
 * head that began in between would take steps for examples.
 */
final class FrozenBackbone {

  private final List<LiveNode> nodes;
  private final Set<String> backbone = new LinkedHashSet<>();
  private final Set<String> spread = new LinkedHashSet<>();

  private FrozenBackbone(List<LiveNode> nodes) {
    this.nodes = nodes;
  }

  /**
   * Finds the names of the backbone's nodes, in order.
   *
   * @throws IllegalArgumentException if nothing learns, or if nothing would be kept
   */
  static Set<String> of(Network network) {
    List<LiveNode> nodes = network.nodes();
    if (nodes.stream().noneMatch(LiveNode::learns)) {
      throw new IllegalArgumentException("all layers are frozen, so there is nothing to train");
    }
    return new FrozenBackbone(nodes).find();
  }

  private Set<String> find() {
    for (LiveNode node : nodes) {
      if (isSteady(node) && !node.isOutput() && backbone.containsAll(node.inputs())) {
        backbone.add(node.name());
      }
      if (BatchDimension.spreadAfter(node, node.inputs().stream().anyMatch(spread::contains))) {
        spread.add(node.name());
      }
    }
    dropUnused();
    if (!keepsSomething()) {
      throw new IllegalArgumentException(
          "the lowest layer learns, so there is nothing to cache; freeze layers from the"
              + " bottom up, such as LayerSelector.allButLast(1)");
    }
    lowerBorder();
    if (!keepsSomething()) {
      throw new IllegalArgumentException(
          "the frozen layers give a row for each time step to the layers that learn, so nothing"
              + " can be cached by example; train without a cache");
    }
    return backbone;
  }

  private static boolean isSteady(LiveNode node) {
    return node.isFrozen()
        || node.parameterCount() == 0
            && node.layer().filter(l -> TrainingNoise.isIn(l) || isRandom(l)).isEmpty();
  }

  private static boolean isRandom(Layer layer) {
    if (!(layer instanceof ActivationLayer activation)) {
      return false;
    }
    IActivation function = activation.getActivationFn();
    return function instanceof RReLU || function instanceof ActivationRReLU;
  }

  /** Leaves out what feeds nothing of the head. */
  private void dropUnused() {
    Set<String> used = new LinkedHashSet<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      LiveNode node = nodes.get(i);
      if (feedsHead(node) || node.consumers().stream().anyMatch(used::contains)) {
        used.add(node.name());
      }
    }
    backbone.retainAll(used);
  }

  private boolean feedsHead(LiveNode node) {
    return backbone.contains(node.name()) && !backbone.containsAll(node.consumers());
  }

  private boolean keepsSomething() {
    return nodes.stream()
        .filter(node -> backbone.contains(node.name()))
        .anyMatch(node -> node.isFrozen() && node.parameterCount() > 0);
  }

  private void lowerBorder() {
    while (true) {
      Set<String> wrong =
          nodes.stream()
              .filter(node -> spread.contains(node.name()) && feedsHead(node))
              .map(Node::name)
              .collect(Collectors.toSet());
      if (wrong.isEmpty()) {
        dropUnused();
        return;
      }
      for (LiveNode node : nodes) {
        if (wrong.contains(node.name()) || !backbone.containsAll(node.inputs())) {
          backbone.remove(node.name());
        }
      }
    }
  }
}
