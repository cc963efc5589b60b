package io.github.dl4jext.listeners.diagnosis.checks;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Norms;
import io.github.dl4jext.network.ParameterSlot;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds the norms of a weight matrix, or of the kernels of a convolution, in a step. Vectors, such
 * as biases and gains, begin at 0 or 1 and tell nothing of the signal.
 *
 * @param slot where it lies
 * @param weight the norm of the weights before the step
 * @param gradient the norm of the gradient, mean over the minibatch
 * @param update the norm of what was subtracted; NaN if the step was not made
 */
record LearningMatrix(ParameterSlot slot, double weight, double gradient, double update) {

  /** Measures all that learn, before the step. */
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

  /** The updater works in place: where the gradients were there is now what was subtracted. */
  LearningMatrix updatedIn(Network network) {
    return new LearningMatrix(slot, weight, gradient, Norms.l2(slot.in(network.gradients())));
  }

  static boolean isMatrix(INDArray parameter) {
    return parameter.rank() >= 2 && parameter.size(0) > 1;
  }

  LiveNode node() {
    return slot.node();
  }

  /** How many numbers each unit takes: dense weights are in x out, kernels out x in x size. */
  double fanIn() {
    INDArray value = slot.value();
    return value.rank() == 2 ? value.size(0) : (double) value.length() / value.size(0);
  }

  /**
   * The norm that the weights are held against: their own, but no less than weights of variance 1 /
   * fan_in would have, so that a layer that begins at 0 is not said to jump.
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
