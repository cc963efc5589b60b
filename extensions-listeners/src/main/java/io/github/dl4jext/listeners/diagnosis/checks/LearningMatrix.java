package io.github.dl4jext.listeners.diagnosis.checks;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Norms;
import io.github.dl4jext.network.ParameterSlot;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds the norms of a weight matrix, or of the kernels of a convolution, in a step. Vectors, such
 * as biases and gains, are left out, because they begin at 0 or 1 and say nothing about the signal.
 *
 * @param slot its place in the network
 * @param weight the norm of the weights before the step
 * @param gradient the norm of the gradient, mean over the minibatch
 * @param update the norm of the update; NaN before the update
 */
record LearningMatrix(ParameterSlot slot, double weight, double gradient, double update) {

  /** Measures all matrices that learn, before the update. */
  static List<LearningMatrix> of(Network network) {
    double divisor = network.gradientDivisor();
    return network.slots().stream()
        .filter(ParameterSlot::learns)
        .filter(slot -> isMatrix(slot.value()))
        .map(
            slot ->
                new LearningMatrix(
                    slot,
                    Norms.l2(slot.value()),
                    Norms.l2(slot.in(network.gradients())) / divisor,
                    Double.NaN))
        .toList();
  }

  /** Adds the update. The updater works in place, so the update is where the gradients were. */
  LearningMatrix updatedIn(Network network) {
    return new LearningMatrix(slot, weight, gradient, Norms.l2(slot.in(network.gradients())));
  }

  static boolean isMatrix(INDArray parameter) {
    return parameter.rank() >= 2 && parameter.size(0) > 1;
  }

  LiveNode node() {
    return slot.node();
  }

  /**
   * Returns the fan-in of a unit. Dense weights have the shape in x out, kernels out x in x size.
   */
  double fanIn() {
    INDArray value = slot.value();
    return value.rank() == 2 ? value.size(0) : (double) value.length() / value.size(0);
  }

  /**
   * Returns the norm by which gradients and updates are divided. It is that of the weights, but at
   * least that of weights with variance 1 / fan_in, so that the first update of a layer that begins
   * at 0 does not count as large.
   */
  private double size() {
    return Math.max(weight, Math.sqrt(slot.value().length() / fanIn()));
  }

  double relativeGradient() {
    return gradient / size();
  }

  double relativeUpdate() {
    return update / size();
  }
}
