package io.github.dl4jext.listeners.clipping;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Shows the part of a network's gradient that is one: without frozen layers, and without the slots
 * in which batch normalization hands in its new statistics.
 *
 * <p>Parameters that lie side by side are one view, so that a network without batch normalization
 * is a single one. The views are kept from step to step; where they lie is looked up at every step,
 * because layers may be frozen meanwhile.
 */
final class TrainableGradient {

  private @Nullable INDArray whole;
  private long[] bounds = {};
  private List<INDArray> views = List.of();

  /** Returns the views of what a step computed, in the order of memory. */
  List<INDArray> views(Model model) {
    if (isPretrained(model)) {
      return parts(model, model.gradient()).stream().map(Part::gradient).toList();
    }
    Network network = network(model);
    INDArray gradient = network.gradients();
    long[] now = bounds(slots(network));
    if (gradient != whole || !Arrays.equals(now, bounds)) {
      INDArray vector = gradient.reshape(gradient.length());
      List<INDArray> fresh = new ArrayList<>();
      for (int i = 0; i < now.length; i += 2) {
        fresh.add(vector.get(NDArrayIndex.interval(now[i], now[i + 1])));
      }
      views = List.copyOf(fresh);
      bounds = now;
      whole = gradient;
    }
    return views;
  }

  /** Lists every parameter that is trained, in the order of memory. */
  private static List<ParameterSlot> slots(Network network) {
    return network.slots().stream().filter(ParameterSlot::learns).toList();
  }

  /**
   * The gradient of one parameter that learns.
   *
   * @param key the name of the parameter in DL4J's tables, such as {@code 0_W}
   * @param layer that has it, null for that of a vertex
   * @param parameter its name in the layer
   * @param value the parameter itself
   * @param gradient its gradient
   * @param hasLoss whether the layer is one with a loss
   */
  record Part(
      String key,
      org.deeplearning4j.nn.conf.layers.@Nullable Layer layer,
      String parameter,
      INDArray value,
      INDArray gradient,
      boolean hasLoss) {}

  /** The parts of a network's gradient, or of that of a layer that is pretrained. */
  static List<Part> parts(Model model, Gradient gradient) {
    if (isPretrained(model)) {
      return gradient.gradientForVariable().entrySet().stream()
          .map(
              own ->
                  new Part(
                      own.getKey(),
                      model.conf().getLayer(),
                      own.getKey(),
                      model.getParam(own.getKey()),
                      own.getValue(),
                      false))
          .toList();
    }
    return slots(network(model)).stream().map(slot -> part(slot, gradient)).toList();
  }

  private static Part part(ParameterSlot slot, Gradient gradient) {
    INDArray own = gradient.getGradientFor(slot.key());
    if (own == null) {
      throw new IllegalArgumentException(
          "the gradient must be one of the network, as backpropGradient returns it; it has none for "
              + slot.key()
              + ", but for "
              + gradient.gradientForVariable().keySet());
    }
    Optional<Layer> live = slot.node().liveLayer();
    return new Part(
        slot.key(),
        live.map(layer -> layer.conf().getLayer()).orElse(null),
        slot.parameter(),
        slot.value(),
        own,
        live.filter(IOutputLayer.class::isInstance).isPresent());
  }

  /** Whether a model is a layer, as listeners see it in layer-wise pretraining. */
  static boolean isPretrained(Model model) {
    return model instanceof Layer && Network.find(model).isEmpty();
  }

  /** What the gradient of a step is divided by after the listeners have seen it. */
  static double divisor(Model model) {
    return isPretrained(model)
        ? divisor(model, model.batchSize())
        : network(model).gradientDivisor();
  }

  /** What the updater divides the gradient of some examples by. */
  static double divisor(Model model, int examples) {
    return model.conf().isMiniBatch() ? examples : 1;
  }

  static int iteration(Model model) {
    return Network.find(model)
        .map(network -> network.progress().iterations())
        .orElseGet(() -> model.conf().getIterationCount());
  }

  private static Network network(Model model) {
    return Network.find(model)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "gradients are clipped in a MultiLayerNetwork, a ComputationGraph or a layer"
                        + " that is pretrained, not in a "
                        + model.getClass().getName()));
  }

  /** Finds starts and ends of what lies side by side. */
  private static long[] bounds(List<ParameterSlot> slots) {
    long[] bounds = new long[2 * slots.size()];
    int count = 0;
    for (ParameterSlot slot : slots) {
      if (count > 0 && bounds[count - 1] == slot.from()) {
        bounds[count - 1] = slot.to();
      } else {
        bounds[count++] = slot.from();
        bounds[count++] = slot.to();
      }
    }
    return Arrays.copyOf(bounds, count);
  }
}
