package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NodeState;
import io.github.dl4jext.network.UpdaterState;
import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Carries the state of a live network's updater over to the rules that replace others. The state of
 * the parameters of a layer that learn alike is kept whole or not at all, since their bias
 * corrections count from one step.
 */
final class RuleReplacement {

  private final Network network;
  private final UpdaterState state;
  private final Map<ParameterName, IUpdater> rules = new LinkedHashMap<>();
  private final Map<ParameterName, Set<ParameterName>> alike = new HashMap<>();

  /** Copies what there is, before the rules are replaced. */
  RuleReplacement(Network network) {
    this.network = network;
    this.state = UpdaterState.copyOf(network);
    for (NodeState parameter : NodeState.in(network)) {
      rules.put(parameter.name(), parameter.updater());
    }
  }

  /** Where bias corrections count from: state that is kept continues, new state starts now. */
  int firstIteration(Set<ParameterName> learnAlike, IUpdater next) {
    learnAlike.forEach(name -> alike.put(name, learnAlike));
    if (!(next instanceof UpdateRule<?> rule) || rule.stateNames().isEmpty()) {
      return 0;
    }
    return misfits(learnAlike, rule.stateNames()) == null
        ? firstIterations(learnAlike).findFirst().orElse(0)
        : network.progress().iterations();
  }

  private IntStream firstIterations(Set<ParameterName> learnAlike) {
    return learnAlike.stream()
        .map(rules::get)
        .filter(UpdateRule.class::isInstance)
        .mapToInt(rule -> ((UpdateRule<?>) rule).firstIteration())
        .distinct();
  }

  /** Makes the updater of the new rules, and copies into it the state that fits. */
  CarryOver carryOver() {
    List<ParameterName> kept = new ArrayList<>();
    Map<ParameterName, String> reset = new LinkedHashMap<>();
    if (state.isPresent()) {
      network.setUpdater(network.newUpdater());
      for (NodeState now : NodeState.in(network)) {
        if (now.arrays().isEmpty()) {
          continue;
        }
        String misfits =
            misfits(alike.getOrDefault(now.name(), Set.of(now.name())), now.arrays().keySet());
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

  /**
   * Says why parameters that are to learn alike cannot keep state of these names; null if they can.
   */
  private @Nullable String misfits(Set<ParameterName> learnAlike, Collection<String> names) {
    if (rules.keySet().stream().noneMatch(learnAlike::contains)) {
      return "is new";
    }
    String misfits =
        learnAlike.stream()
            .filter(rules::containsKey)
            .filter(
                name ->
                    Objects.requireNonNull(rules.get(name), "the parameter has a rule")
                            .hasLearningRate()
                        || !remembered(name).isEmpty())
            .filter(name -> !remembered(name).keySet().containsAll(names))
            .map(name -> name + " had " + new TreeSet<>(remembered(name).keySet()))
            .collect(Collectors.joining(", "));
    if (!misfits.isEmpty()) {
      return "needs state " + new TreeSet<>(names) + ", but " + misfits;
    }
    return firstIterations(learnAlike).count() > 1
        ? "needs one count of steps for " + learnAlike + ", which began to learn at different ones"
        : null;
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
