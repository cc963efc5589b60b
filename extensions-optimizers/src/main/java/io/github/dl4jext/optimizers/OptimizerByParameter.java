package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.optimizers.ParameterGroups.Group;
import io.github.dl4jext.spi.Optimizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.jspecify.annotations.Nullable;

/** Says by which optimizer each parameter of one network learns. */
final class OptimizerByParameter {

  private final ParameterGroups groups;

  /** The group of each parameter that is in one; the others learn by the optimizer for the rest. */
  private final Map<Node, Map<String, Group>> taken = new HashMap<>();

  private OptimizerByParameter(ParameterGroups groups) {
    this.groups = groups;
  }

  /** Finds which parameters of a network are in which group, without changing anything. */
  static OptimizerByParameter of(ParameterGroups groups, List<? extends Node> nodes) {
    OptimizerByParameter found = new OptimizerByParameter(groups);
    for (Group group : groups.groups()) {
      found.take(group, nodes);
    }
    if (!groups.groups().isEmpty()) {
      found.requireSomeEach();
      nodes.forEach(found::requireTellable);
    }
    return found;
  }

  private void take(Group group, List<? extends Node> nodes) {
    String what = "parameter for the group " + group;
    for (Node node : group.layers().in(nodes, layer -> !chosen(group, layer).isEmpty(), what)) {
      List<List<String>> chosen =
          node.learners().stream().map(layer -> chosen(group, layer)).distinct().toList();
      if (chosen.size() > 1) {
        throw new IllegalArgumentException(
            "parameter groups: "
                + group
                + " has other parameters in one direction of layer "
                + node
                + " than in the other, and DL4J has the same updaters for both");
      }
      Map<String, Group> ofNode = taken.computeIfAbsent(node, n -> new HashMap<>());
      chosen.get(0).forEach(parameter -> ofNode.put(parameter, group));
    }
  }

  private static List<String> chosen(Group group, TrainingConfig layer) {
    Learner learner = Learner.of(layer);
    Learner.Shares shares = learner.shares();
    return learner.parameters().stream()
        .filter(name -> shares.common().contains(name) || shares.biases().contains(name))
        .filter(name -> group.parameters().test(layer, name))
        .toList();
  }

  private void requireSomeEach() {
    Set<Group> used = new HashSet<>();
    taken.values().forEach(ofNode -> used.addAll(ofNode.values()));
    for (Group group : groups.groups()) {
      if (!used.contains(group)) {
        throw new IllegalArgumentException(
            "parameter groups: "
                + group
                + " has no parameter; it selects none, or later groups, which win, have them all");
      }
    }
  }

  private void requireTellable(Node node) {
    for (TrainingConfig layer : node.learners()) {
      Learner.Shares shares = Learner.of(layer).shares();
      requireAlike(node, layer, shares.common());
      requireAlike(node, layer, shares.biases());
    }
  }

  private void requireAlike(Node node, TrainingConfig layer, List<String> parameters) {
    for (String other : parameters) {
      String first = parameters.get(0);
      if (groupOf(node, first) != groupOf(node, other)) {
        throw new IllegalArgumentException(
            "parameter groups: "
                + Learner.of(layer)
                + " has one updater for "
                + parameters
                + " in DL4J, but "
                + first
                + " is in "
                + text(groupOf(node, first))
                + " and "
                + other
                + " in "
                + text(groupOf(node, other))
                + "; put them into the same group");
      }
    }
  }

  private static String text(@Nullable Group group) {
    return group == null ? "the rest" : "the group " + group;
  }

  private @Nullable Group groupOf(Node node, String parameter) {
    return taken.getOrDefault(node, Map.of()).get(parameter);
  }

  /** Whether a group has parameters of a layer or vertex. */
  boolean isGrouped(Node node) {
    return taken.containsKey(node);
  }

  Optimizer rest() {
    return groups.rest();
  }

  /** The optimizer of parameters that are in the same group. */
  Optimizer of(Node node, List<String> parameters) {
    Group group = parameters.isEmpty() ? null : groupOf(node, parameters.get(0));
    return group == null ? groups.rest() : group.optimizer();
  }
}
