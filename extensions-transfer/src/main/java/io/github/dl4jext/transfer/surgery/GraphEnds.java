package io.github.dl4jext.transfer.surgery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** Sets the inputs and outputs of a graph that was changed. */
final class GraphEnds {

  private GraphEnds() {}

  /**
   * Takes away old inputs that feed nothing, and what leads to no output.
   *
   * @param outputs the outputs; empty for the old ones that are there and what feeds nothing
   * @throws IllegalArgumentException if an output is not there, or if something that was added
   *     leads to none
   */
  static void set(
      ComputationGraphConfiguration conf,
      Set<String> outputs,
      Set<String> newInputs,
      Collection<String> newVertices) {
    Set<String> present = conf.getVertices().keySet();
    for (String output : outputs) {
      if (!present.contains(output)) {
        throw new IllegalArgumentException("outputs: \"" + output + "\" must be one of " + present);
      }
    }
    conf.setNetworkOutputs(new ArrayList<>(outputs.isEmpty() ? openEnds(conf) : outputs));
    Set<String> leading = leadingTo(conf.getNetworkOutputs(), conf);
    List<String> idle = new ArrayList<>(newInputs);
    idle.addAll(newVertices);
    idle.removeAll(leading);
    if (!idle.isEmpty()) {
      throw new IllegalArgumentException(
          idle + " was added, but leads to none of the outputs " + conf.getNetworkOutputs());
    }
    present.retainAll(leading);
    conf.getVertexInputs().keySet().retainAll(leading);
    conf.setNetworkInputs(conf.getNetworkInputs().stream().filter(leading::contains).toList());
  }

  private static Set<String> openEnds(ComputationGraphConfiguration conf) {
    Set<String> open = new LinkedHashSet<>(conf.getNetworkOutputs());
    open.retainAll(conf.getVertices().keySet());
    Set<String> consumed = new LinkedHashSet<>();
    conf.getVertexInputs().values().forEach(consumed::addAll);
    conf.getVertices().keySet().stream()
        .filter(name -> !consumed.contains(name))
        .forEach(open::add);
    return open;
  }

  private static Set<String> leadingTo(
      Collection<String> ends, ComputationGraphConfiguration conf) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(ends);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (found.add(name)) {
        open.addAll(conf.getVertexInputs().getOrDefault(name, List.of()));
      }
    }
    return found;
  }
}
