package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Optimizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
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
      return new UpdaterState(read(net.getUpdater(false)), net.getIterationCount());
    }
    if (model instanceof ComputationGraph graph) {
      requireInitialised(graph.params());
      return new UpdaterState(read(graph.getUpdater(false)), graph.getIterationCount());
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

  private static Map<Integer, Map<Integer, Saved>> read(Object ofNetwork) {
    if (!(ofNetwork instanceof BaseMultiLayerUpdater<?> blocks)) {
      return null;
    }
    Map<Integer, Map<Integer, Saved>> layers = new HashMap<>();
    for (UpdaterBlock block : blocks.getUpdaterBlocks()) {
      GradientUpdater<?> updater = block.getGradientUpdater();
      IUpdater rule = updater.getConfig();
      Map<String, INDArray> state = updater.getState();
      for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        state.forEach((name, all) -> arrays.put(meaning(rule, name), part(all, block, parameter)));
        layers
            .computeIfAbsent(index(parameter.getLayer()), i -> new HashMap<>())
            .put(parameter.getParamOffsetStart(), new Saved(rule, arrays));
      }
    }
    return layers;
  }

  /** DL4J's AdaMax calls its norm by the name of Adam's second moment. */
  private static String meaning(IUpdater rule, String name) {
    return rule instanceof AdaMax && "V".equals(name) ? "U" : name;
  }

  private static INDArray part(INDArray all, UpdaterBlock block, ParamState parameter) {
    return view(all, block, parameter).dup();
  }

  private static INDArray view(INDArray all, UpdaterBlock block, ParamState parameter) {
    int from = parameter.getParamOffsetStart() - block.getParamOffsetStart();
    int to = parameter.getParamOffsetEnd() - block.getParamOffsetStart();
    return all.reshape(new long[] {all.length()}).get(NDArrayIndex.interval(from, to));
  }

  private static int index(Trainable layer) {
    return layer instanceof GraphVertex vertex
        ? vertex.getVertexIndex()
        : ((Layer) layer).getIndex();
  }

  /** Where bias corrections count from: state that is kept goes on, new state starts now. */
  int firstIteration(int layer, UpdateRule next) {
    if (next.stateNames().isEmpty()) {
      return 0;
    }
    if (!fits(layer, next)) {
      return iteration;
    }
    return layers.get(layer).values().stream()
        .map(Saved::rule)
        .filter(UpdateRule.class::isInstance)
        .mapToInt(rule -> ((UpdateRule) rule).firstIteration())
        .findFirst()
        .orElse(0);
  }

  /** Whether all of a layer's parameters that learn have the state that the next rule needs. */
  private boolean fits(int layer, UpdateRule next) {
    return layers != null
        && layers.containsKey(layer)
        && layers.get(layer).values().stream()
            .filter(saved -> saved.rule().hasLearningRate() || !saved.arrays().isEmpty())
            .allMatch(saved -> saved.arrays().keySet().containsAll(next.stateNames()));
  }

  /** Rebuilds the network's updater, and copies into it what fits. */
  Optimizer.Installed restoreTo(Model model) {
    List<String> kept = new ArrayList<>();
    List<String> reset = new ArrayList<>();
    if (layers != null) {
      for (UpdaterBlock block : rebuild(model).getUpdaterBlocks()) {
        GradientUpdater<?> updater = block.getGradientUpdater();
        if (updater.getConfig() instanceof UpdateRule rule && !rule.stateNames().isEmpty()) {
          Map<String, INDArray> state = updater.getState();
          for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
            Saved saved = saved(parameter);
            if (fits(index(parameter.getLayer()), rule) && saved != null) {
              rule.stateNames()
                  .forEach(
                      name ->
                          view(state.get(name), block, parameter).assign(saved.arrays().get(name)));
              kept.add(name(parameter));
            } else if (saved != null && !saved.arrays().isEmpty()) {
              reset.add(name(parameter));
            }
          }
        }
      }
    }
    return new Optimizer.Installed(kept, reset);
  }

  private Saved saved(ParamState parameter) {
    return layers
        .getOrDefault(index(parameter.getLayer()), Map.of())
        .get(parameter.getParamOffsetStart());
  }

  private static BaseMultiLayerUpdater<?> rebuild(Model model) {
    if (model instanceof MultiLayerNetwork net) {
      net.setUpdater(null);
      return (BaseMultiLayerUpdater<?>) net.getUpdater();
    }
    ComputationGraph graph = (ComputationGraph) model;
    graph.setUpdater(null);
    return graph.getUpdater();
  }

  private static String name(ParamState parameter) {
    String layer =
        parameter.getLayer() instanceof GraphVertex vertex
            ? vertex.getVertexName()
            : String.valueOf(index(parameter.getLayer()));
    return layer + "_" + parameter.getParamName();
  }
}
