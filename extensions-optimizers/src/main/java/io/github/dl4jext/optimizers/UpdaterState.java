package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.ParameterState;
import io.github.dl4jext.spi.StateCarryOver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.IUpdater;

/** A network's counter and its updater's state, taken before a new rule is put in. */
final class UpdaterState {

  /** That of a configuration, which has not been trained. */
  static final UpdaterState NONE = new UpdaterState(null, 0);

  /** One parameter's state arrays by name, copied, and the rule that they belong to. */
  private record Saved(IUpdater rule, Map<String, INDArray> arrays) {}

  /** By layer, then by the parameter's offset in the network; null if there is no updater yet. */
  private final Map<Integer, Map<Integer, Saved>> layers;

  private final int iteration;

  private UpdaterState(Map<Integer, Map<Integer, Saved>> layers, int iteration) {
    this.layers = layers;
    this.iteration = iteration;
  }

  static UpdaterState of(Model model) {
    if (model instanceof MultiLayerNetwork net) {
      requireInitialised(net.params());
      return new UpdaterState(read(net.getUpdater(false), net), net.getIterationCount());
    }
    if (model instanceof ComputationGraph graph) {
      requireInitialised(graph.params());
      return new UpdaterState(read(graph.getUpdater(false), graph), graph.getIterationCount());
    }
    throw new IllegalArgumentException(
        "the model must be a MultiLayerNetwork or a ComputationGraph, was "
            + (model == null ? "null" : "a " + model.getClass().getName()));
  }

  private static void requireInitialised(INDArray params) {
    if (params == null || params.isEmpty()) {
      throw new IllegalArgumentException(
          "the network is not initialised; call init() first, or configure its configuration");
    }
  }

  private static Map<Integer, Map<Integer, Saved>> read(Updater ofNetwork, Model model) {
    if (!(ofNetwork instanceof BaseMultiLayerUpdater<?>)) {
      return null;
    }
    Map<Integer, Map<Integer, Saved>> layers = new HashMap<>();
    for (ParameterState state : ParameterState.of(model)) {
      Map<String, INDArray> arrays = new LinkedHashMap<>();
      state.arrays().forEach((name, view) -> arrays.put(meaning(state.rule(), name), view.dup()));
      layers
          .computeIfAbsent(state.layerIndex(), i -> new HashMap<>())
          .put(state.offset(), new Saved(state.rule(), arrays));
    }
    return layers;
  }

  /** DL4J's AdaMax calls its norm by the name of Adam's second moment. */
  private static String meaning(IUpdater rule, String name) {
    return rule instanceof AdaMax && "V".equals(name) ? "U" : name;
  }

  /** Where bias corrections count from: state that is kept goes on, new state starts now. */
  int firstIteration(int layer, UpdateRule<?> next) {
    if (next.stateNames().isEmpty()) {
      return 0;
    }
    if (!fits(layer, next.stateNames())) {
      return iteration;
    }
    return layers.get(layer).values().stream()
        .map(Saved::rule)
        .flatMapToInt(
            rule ->
                rule instanceof UpdateRule<?> ours
                    ? IntStream.of(ours.firstIteration())
                    : IntStream.empty())
        .findFirst()
        .orElse(0);
  }

  /** Whether all of a layer's parameters that learn have state of these names. */
  private boolean fits(int layer, Collection<String> names) {
    return layers != null
        && layers.containsKey(layer)
        && layers.get(layer).values().stream()
            .filter(saved -> saved.rule().hasLearningRate() || !saved.arrays().isEmpty())
            .allMatch(saved -> saved.arrays().keySet().containsAll(names));
  }

  /** Rebuilds the network's updater, and copies into it what fits. */
  StateCarryOver restoreTo(Model model) {
    List<String> kept = new ArrayList<>();
    List<String> reset = new ArrayList<>();
    if (layers != null) {
      rebuild(model);
      for (ParameterState state : ParameterState.of(model)) {
        Map<String, INDArray> next = state.arrays();
        Saved saved = saved(state);
        if (next.isEmpty() || saved == null) {
          continue;
        }
        if (fits(state.layerIndex(), next.keySet())) {
          next.forEach((name, view) -> view.assign(saved.arrays().get(name)));
          kept.add(state.key());
        } else if (!saved.arrays().isEmpty()) {
          reset.add(state.key());
        }
      }
    }
    return new StateCarryOver(kept, reset);
  }

  private Saved saved(ParameterState state) {
    return layers.getOrDefault(state.layerIndex(), Map.of()).get(state.offset());
  }

  private static void rebuild(Model model) {
    if (model instanceof MultiLayerNetwork net) {
      net.setUpdater(null);
      net.getUpdater();
    } else {
      ComputationGraph graph = (ComputationGraph) model;
      graph.setUpdater(null);
      graph.getUpdater();
    }
  }
}
