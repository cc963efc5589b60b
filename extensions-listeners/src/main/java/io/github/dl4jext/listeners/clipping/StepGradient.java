package io.github.dl4jext.listeners.clipping;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NodeState;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.spi.AccumulatingUpdater;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Provides the gradient of the next step. If an updater accumulates gradients, this is the mean
 * over all minibatches of the step. The mean takes the place of the last minibatch's gradient until
 * this object is closed. Changes to the mean are then converted into changes to the last
 * minibatch's gradient, so that the updater computes the changed mean.
 */
final class StepGradient implements AutoCloseable {

  /** The mean gradient of one parameter, in the place of the last minibatch's own. */
  private record Mean(INDArray place, INDArray own, INDArray unchanged, int minibatches) {

    void putBack() {
      place.subi(unchanged).muli(minibatches).addi(own);
    }
  }

  private final Network network;
  private final List<ParameterSlot> slots = new ArrayList<>();
  private final List<Mean> means = new ArrayList<>();
  private boolean accumulates;

  private StepGradient(Network network) {
    this.network = network;
  }

  /** Provides the gradient of a network, which DL4J has just computed. */
  static StepGradient of(Model model) {
    StepGradient step =
        new StepGradient(
            Network.find(model)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "gradients are clipped in a MultiLayerNetwork, a ComputationGraph or a"
                                + " layer that is pretrained, not in a "
                                + model.getClass().getName())));
    step.find();
    return step;
  }

  private void find() {
    int iteration = network.progress().iterations();
    Map<Long, Map<String, INDArray>> states = null;
    for (ParameterSlot slot : network.slots()) {
      if (!slot.learns()) {
        continue;
      }
      int minibatches = 1;
      TrainingConfig config = slot.node().trainable().getConfig();
      if (config.getUpdaterByParam(slot.parameter()) instanceof AccumulatingUpdater updater) {
        accumulates = true;
        minibatches = updater.minibatchesOfStep(iteration);
        if (minibatches > 1) {
          states = states == null ? states() : states;
          INDArray sum = states.getOrDefault(slot.from(), Map.of()).get(updater.sumName());
          if (sum != null) {
            means.add(mean(slot, sum, minibatches));
          }
        }
      }
      if (minibatches > 0) {
        slots.add(slot);
      }
    }
  }

  private Map<Long, Map<String, INDArray>> states() {
    Map<Long, Map<String, INDArray>> states = new HashMap<>();
    NodeState.in(network).forEach(state -> states.put(state.slot().from(), state.arrays()));
    return states;
  }

  /**
   * Computes the mean from the updater's sum, whose gradients are divided and include L1 and L2.
   */
  private Mean mean(ParameterSlot slot, INDArray sum, int minibatches) {
    INDArray place = slot.in(network.gradients());
    INDArray own = place.dup();
    INDArray before = sum.sub(penalties(slot, minibatches)).muli(network.gradientDivisor());
    place.addi(before).divi(minibatches);
    return new Mean(place, own, place.dup(), minibatches);
  }

  /** Computes what L1 and L2 added for the earlier minibatches, which had the same weights. */
  private INDArray penalties(ParameterSlot slot, int minibatches) {
    INDArray weights = slot.in(network.parameters());
    INDArray added = weights.ulike().assign(0);
    TrainingConfig config = slot.node().trainable().getConfig();
    int epoch = network.progress().epochs();
    int last = network.progress().iterations();
    List<Regularization> terms = config.getRegularizationByParam(slot.parameter());
    for (Regularization term : terms == null ? List.<Regularization>of() : terms) {
      if (term.applyStep() == Regularization.ApplyStep.BEFORE_UPDATER) {
        for (int iteration = last - minibatches + 1; iteration < last; iteration++) {
          term.apply(weights, added, 0, iteration, epoch);
        }
      }
    }
    return added;
  }

  Network network() {
    return network;
  }

  /** Lists the parameters that this step changes, in the order of memory. */
  List<ParameterSlot> slots() {
    return slots;
  }

  /** Whether this minibatch is only accumulated, and does not complete a step. */
  boolean isBetweenSteps() {
    return accumulates && slots.isEmpty();
  }

  @Override
  public void close() {
    means.forEach(Mean::putBack);
  }
}
