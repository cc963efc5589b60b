package io.github.dl4jext.network;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for nodes by name, by index and by the nodes that they feed, and lists those that exist.
 */
final class NodeSearch {

  private static final int MOST_LISTED = 40;

  private NodeSearch() {}

  static Set<String> names(Stream<? extends Node> nodes) {
    return nodes.map(Node::name).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  static Set<String> byName(List<? extends Node> nodes, List<String> wanted) {
    Set<String> present = names(nodes.stream());
    List<String> missing = wanted.stream().filter(name -> !present.contains(name)).toList();
    if (missing.size() == 1) {
      String shared = missing.get(0) + "[";
      long several = present.stream().filter(name -> name.startsWith(shared)).count();
      if (several > 1) {
        throw new IllegalArgumentException(
            several
                + " layers are named \""
                + missing.get(0)
                + "\"; say which by its index; "
                + listed(nodes));
      }
    }
    if (!missing.isEmpty()) {
      throw unknown(missing.stream().map(name -> '"' + name + '"').toList(), nodes);
    }
    return new LinkedHashSet<>(wanted);
  }

  static Set<String> byIndex(List<? extends Node> nodes, List<Integer> wanted) {
    Map<Integer, String> names = new HashMap<>();
    nodes.forEach(node -> names.put(node.index(), node.name()));
    List<Integer> missing = wanted.stream().filter(index -> !names.containsKey(index)).toList();
    if (!missing.isEmpty()) {
      throw unknown(missing, nodes);
    }
    return wanted.stream().map(names::get).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static IllegalArgumentException unknown(List<?> missing, List<? extends Node> nodes) {
    String what = missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return new IllegalArgumentException("there is no layer " + what + "; " + listed(nodes));
  }

  private static String listed(List<? extends Node> nodes) {
    List<? extends Node> layers = nodes.stream().filter(Node::countsAsLayer).toList();
    String some =
        layers.stream()
            .limit(MOST_LISTED)
            .map(layer -> layer.index() + " \"" + layer.name() + '"')
            .collect(Collectors.joining(", "));
    int more = layers.size() - MOST_LISTED;
    return "the layers are " + some + (more > 0 ? " and " + more + " more" : "");
  }

  static Set<String> below(List<? extends Node> nodes, Set<String> top) {
    Map<String, Node> byName = new HashMap<>();
    nodes.forEach(node -> byName.put(node.name(), node));
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(top);
    while (!open.isEmpty()) {
      String next = open.pop();
      if (found.add(next)) {
        open.addAll(Objects.requireNonNull(byName.get(next), "an input is a node").inputs());
      }
    }
    return found;
  }
}
