package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NodeState;
import io.github.dl4jext.network.UpdaterState;
import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Carries what a live network's updater remembers to the rules that take the place of others. A
 * layer's state is kept whole or not at all, since its bias corrections count from one step.
 */
final class RuleReplacement {

  private final Network network;
  private final UpdaterState state;
  private final Map<String, List<ParameterName>> parameters = new LinkedHashMap<>();
  private final Map<ParameterName, IUpdater> rules = new LinkedHashMap<>();

  /** Copies what there is, before the rules are replaced. */
  RuleReplacement(Network network) {
    this.network = network;
    this.state = UpdaterState.copyOf(network);
    for (NodeState parameter : NodeState.in(network)) {
      ParameterName name = parameter.name();
      parameters.computeIfAbsent(name.node(), node -> new ArrayList<>()).add(name);
      rules.put(name, parameter.updater());
    }
  }

  /** Where bias corrections count from: state that is kept goes on, new state starts now. */
  int firstIteration(String node, UpdateRule<?> next) {
    if (next.stateNames().isEmpty()) {
      return 0;
    }
    if (misfits(node, next.stateNames()) != null) {
      return network.progress().iterations();
    }
    return Objects.requireNonNull(parameters.get(node), "the layer is known").stream()
        .map(rules::get)
        .filter(UpdateRule.class::isInstance)
        .findFirst()
        .map(rule -> ((UpdateRule<?>) rule).firstIteration())
        .orElse(0);
  }

  /** Forms the updater of the new rules, and copies into it what fits. */
  CarryOver carryOver() {
    List<ParameterName> kept = new ArrayList<>();
    Map<ParameterName, String> reset = new LinkedHashMap<>();
    if (state.isPresent()) {
      network.setUpdater(network.newUpdater());
      for (NodeState now : NodeState.in(network)) {
        if (now.arrays().isEmpty()) {
          continue;
        }
        String misfits = misfits(now.name().node(), now.arrays().keySet());
        if (misfits == null) {
          Map<String, INDArray> before = remembered(now.name());
          now.arrays().forEach((name, view) -> view.assign(before.get(name)));
          kept.add(now.name());
        } else {
          reset.put(now.name(), misfits);
        }
      }
    }
    return new CarryOver(kept, reset);
  }

  /** Says which parameters of a layer that learn have no state of these names; null if none. */
  private @Nullable String misfits(String node, Collection<String> names) {
    List<ParameterName> known = parameters.get(node);
    if (known == null) {
      return "is new";
    }
    String misfits =
        known.stream()
            .filter(
                name ->
                    Objects.requireNonNull(rules.get(name), "the parameter has a rule")
                            .hasLearningRate()
                        || !remembered(name).isEmpty())
            .filter(name -> !remembered(name).keySet().containsAll(names))
            .map(name -> name + " had " + new TreeSet<>(remembered(name).keySet()))
            .collect(Collectors.joining(", "));
    return misfits.isEmpty() ? null : "needs state " + new TreeSet<>(names) + ", but " + misfits;
  }

  private Map<String, INDArray> remembered(ParameterName name) {
    Map<String, INDArray> arrays = state.of(name).orElse(Map.of());
    boolean adaMax = rules.get(name) instanceof AdaMax;
    return arrays.entrySet().stream()
        .collect(Collectors.toMap(entry -> meaning(adaMax, entry.getKey()), Map.Entry::getValue));
  }

  /** DL4J's AdaMax calls its norm by the name of Adam's second moment. */
  private static String meaning(boolean adaMax, String name) {
    return adaMax && "V".equals(name) ? "U" : name;
  }
}
