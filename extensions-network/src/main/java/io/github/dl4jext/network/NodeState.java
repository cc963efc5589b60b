package io.github.dl4jext.network;

import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Shows the state that an updater keeps for one parameter. DL4J joins the parameters of equal
 * updaters to blocks, and keeps the state block by block; this takes the blocks apart.
 *
 * @param slot the parameter
 * @param updater the updater by which it learns
 * @param arrays the state by name, as views of rank 1: what is assigned to them is the network's
 *     new state; empty for an updater without state
 */
public record NodeState(ParameterSlot slot, IUpdater updater, Map<String, INDArray> arrays) {

  /**
   * Copies the map, but not the views.
   *
   * @param slot the parameter
   * @param updater the updater by which it learns
   * @param arrays the state by name
   */
  public NodeState {
    arrays = new LinkedHashMap<>(arrays);
  }

  /**
   * The parameter's name in the network.
   *
   * @return node and parameter
   */
  public ParameterName name() {
    return slot.name();
  }

  /**
   * Whether the state contains anything but zeros.
   *
   * @return false for an updater that is new, or has no state
   */
  public boolean remembersSomething() {
    return arrays.values().stream()
        .anyMatch(
            array ->
                array.aminNumber().doubleValue() != 0 || array.amaxNumber().doubleValue() != 0);
  }

  /**
   * Shows the state of all parameters.
   *
   * @param network the network
   * @return one entry for each parameter, in the order of memory; none if the network has no
   *     updater yet
   */
  public static List<NodeState> in(Network network) {
    return network.updater().map(updater -> in(network, updater)).orElse(List.of());
  }

  private static List<NodeState> in(Network network, BaseMultiLayerUpdater<?> updater) {
    Map<Long, ParameterSlot> slots = new HashMap<>();
    for (ParameterSlot slot : network.slots()) {
      if (slot.value().length() > 0) {
        slots.put(slot.from(), slot);
      }
    }
    List<NodeState> states = new ArrayList<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      GradientUpdater<?> rule = block.getGradientUpdater();
      Map<String, INDArray> all = rule.getState();
      for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        all.forEach((name, array) -> arrays.put(name, view(array, block, parameter)));
        states.add(new NodeState(slotOf(slots, parameter), rule.getConfig(), arrays));
      }
    }
    return states;
  }

  /**
   * Finds a parameter. The state of an updater that was made for other layers would be read at the
   * wrong places.
   */
  private static ParameterSlot slotOf(Map<Long, ParameterSlot> slots, ParamState parameter) {
    ParameterSlot slot = slots.get((long) parameter.getParamOffsetStart());
    Trainable owner = parameter.getLayer();
    if (slot == null || !slot.parameter().equals(parameter.getParamName())) {
      throw new IllegalStateException(
          "the network's updater must be made for its layers, but has "
              + owner.getConfig().getLayerName()
              + "."
              + parameter.getParamName()
              + " at "
              + parameter.getParamOffsetStart());
    }
    return slot;
  }

  private static INDArray view(INDArray all, UpdaterBlock block, ParamState parameter) {
    int from = parameter.getParamOffsetStart() - block.getParamOffsetStart();
    int to = parameter.getParamOffsetEnd() - block.getParamOffsetStart();
    return all.reshape(new long[] {all.length()}).get(NDArrayIndex.interval(from, to));
  }
}
