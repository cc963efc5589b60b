package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What an updater remembers of one parameter. DL4J joins the parameters of equal updaters to
 * blocks, and keeps the state block by block; this takes the blocks apart, so that state can be
 * carried to a network whose blocks are others.
 *
 * @param layer the live layer or vertex that has the parameter
 * @param parameter the parameter's name within the layer, such as {@code W}
 * @param offset where the parameter begins in the network's vector of parameters
 * @param rule the updater by which the parameter learns
 * @param arrays the state by name, as views: what is assigned to them is the network's new state;
 *     empty for an updater without state
 */
public record ParameterState(
    Trainable layer, String parameter, int offset, IUpdater rule, Map<String, INDArray> arrays) {

  /**
   * The state of all parameters.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return one entry for each parameter, in order; none if the network has no updater yet
   */
  public static List<ParameterState> of(Model model) {
    Object updater = null;
    if (model instanceof MultiLayerNetwork net) {
      updater = net.getUpdater(false);
    } else if (model instanceof ComputationGraph graph) {
      updater = graph.getUpdater(false);
    }
    List<ParameterState> states = new ArrayList<>();
    if (updater instanceof BaseMultiLayerUpdater<?> blocks) {
      for (UpdaterBlock block : blocks.getUpdaterBlocks()) {
        GradientUpdater<?> rule = block.getGradientUpdater();
        Map<String, INDArray> all = rule.getState();
        for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
          Map<String, INDArray> arrays = new LinkedHashMap<>();
          all.forEach((name, array) -> arrays.put(name, view(array, block, parameter)));
          states.add(
              new ParameterState(
                  parameter.getLayer(),
                  parameter.getParamName(),
                  parameter.getParamOffsetStart(),
                  rule.getConfig(),
                  arrays));
        }
      }
    }
    return states;
  }

  private static INDArray view(INDArray all, UpdaterBlock block, ParamState parameter) {
    int from = parameter.getParamOffsetStart() - block.getParamOffsetStart();
    int to = parameter.getParamOffsetEnd() - block.getParamOffsetStart();
    return all.reshape(new long[] {all.length()}).get(NDArrayIndex.interval(from, to));
  }

  /**
   * Copies state between networks, or within one whose blocks were formed anew: each parameter gets
   * that of its counterpart, if both have arrays of the same names; others stay as they are.
   *
   * @param from where the state is; taken before its blocks are replaced
   * @param to where it goes
   * @param identity tells a parameter in both, such as {@link #key}: equal ones belong together
   */
  public static void copy(
      List<ParameterState> from, List<ParameterState> to, Function<ParameterState, ?> identity) {
    copy(from, identity, to, identity);
  }

  /**
   * The same where the two networks tell their parameters differently, as if one had lost layers at
   * the bottom.
   *
   * @param from where the state is
   * @param source tells a parameter there
   * @param to where it goes
   * @param target tells a parameter here; equal ones belong together
   */
  public static void copy(
      List<ParameterState> from,
      Function<ParameterState, ?> source,
      List<ParameterState> to,
      Function<ParameterState, ?> target) {
    Map<Object, Map<String, INDArray>> before = new HashMap<>();
    from.forEach(state -> before.put(source.apply(state), state.arrays));
    for (ParameterState state : to) {
      Map<String, INDArray> old = before.getOrDefault(target.apply(state), Map.of());
      if (old.keySet().equals(state.arrays.keySet())) {
        state.arrays.forEach((name, view) -> view.assign(old.get(name)));
      }
    }
  }

  /**
   * The layer's position in the network.
   *
   * @return the index of a layer, or of a vertex in a graph
   */
  public int layerIndex() {
    return layer instanceof GraphVertex vertex
        ? vertex.getVertexIndex()
        : ((Layer) layer).getIndex();
  }

  /**
   * The parameter's name within the network, as DL4J's table of parameters has it.
   *
   * @return such as {@code 0_W}, or {@code dense_W} in a graph
   */
  public String key() {
    return layerKey() + "_" + parameter;
  }

  /**
   * The layer's name within the network, as DL4J's table of parameters has it.
   *
   * @return its index, or the vertex's name in a graph
   */
  public String layerKey() {
    return layer instanceof GraphVertex vertex
        ? vertex.getVertexName()
        : String.valueOf(layerIndex());
  }
}
