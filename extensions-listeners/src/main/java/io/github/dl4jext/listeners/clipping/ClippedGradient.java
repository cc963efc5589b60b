package io.github.dl4jext.listeners.clipping;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A gradient to clip: of a network's step, of a layer that is pretrained, or of a user's own
 * training loop.
 */
final class ClippedGradient {

  /**
   * The gradient of one parameter that learns.
   *
   * @param key the name of the parameter in DL4J's tables, such as {@code 0_W}
   * @param layer the layer that has the parameter; null if a vertex has it
   * @param parameter its name in the layer
   * @param value the parameter itself
   * @param gradient its gradient
   * @param hasLoss whether the layer has a loss
   */
  record Part(
      String key,
      org.deeplearning4j.nn.conf.layers.@Nullable Layer layer,
      String parameter,
      INDArray value,
      INDArray gradient,
      boolean hasLoss) {}

  private final Model model;
  private final Gradient gradient;
  private final @Nullable StepGradient step;

  private ClippedGradient(Model model, Gradient gradient, @Nullable StepGradient step) {
    this.model = model;
    this.gradient = gradient;
    this.step = step;
  }

  static ClippedGradient of(StepGradient step) {
    Model model = step.network().model();
    return new ClippedGradient(model, model.gradient(), step);
  }

  static ClippedGradient byHand(Model model, Gradient gradient) {
    return new ClippedGradient(model, gradient, null);
  }

  /** Whether a model is a layer, which listeners get in layer-wise pretraining. */
  static boolean isPretrained(Model model) {
    return model instanceof Layer && Network.find(model).isEmpty();
  }

  Model model() {
    return model;
  }

  int iteration() {
    return Network.find(model)
        .map(network -> network.progress().iterations())
        .orElseGet(() -> model.conf().getIterationCount());
  }

  /** Returns the whole gradient in as few arrays as possible, in the order of memory. */
  List<INDArray> views(TrainableGradient kept) {
    return step == null ? parts().stream().map(Part::gradient).toList() : kept.views(step);
  }

  /** Lists the gradient parameter by parameter. */
  List<Part> parts() {
    if (isPretrained(model)) {
      return gradient.gradientForVariable().entrySet().stream()
          .map(own -> ofLayer(own.getKey(), own.getValue()))
          .toList();
    }
    List<ParameterSlot> slots =
        step == null
            ? Network.of(model).slots().stream().filter(ParameterSlot::learns).toList()
            : step.slots();
    return slots.stream().map(this::part).toList();
  }

  private Part ofLayer(String parameter, INDArray own) {
    return new Part(
        parameter, model.conf().getLayer(), parameter, model.getParam(parameter), own, false);
  }

  private Part part(ParameterSlot slot) {
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
}
