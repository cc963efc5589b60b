package io.github.dl4jext.network;

import java.util.List;
import java.util.function.Predicate;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/** The layers of whatever stands for a network: a configuration of either type, or a live one. */
public final class SelectedLayers {

  private SelectedLayers() {}

  private static List<NetworkLayer> layers(Object network) {
    if (network instanceof MultiLayerConfiguration configuration) {
      return NetworkLayer.of(configuration);
    }
    if (network instanceof ComputationGraphConfiguration configuration) {
      return NetworkLayer.of(configuration);
    }
    if (network instanceof Model model) {
      return NetworkLayer.of(model);
    }
    throw new IllegalArgumentException(
        "the network must be a MultiLayerConfiguration, a ComputationGraphConfiguration, a"
            + " MultiLayerNetwork or a ComputationGraph, was "
            + (network == null ? "null" : "a " + network.getClass().getName()));
  }

  /**
   * The layers chosen, with those of their configurations that there is something to change in.
   *
   * @param takes whether there is something to change
   * @param what it is, for the message about a layer that was asked for and has none
   */
  public static List<NetworkLayer> chosen(
      Object network, LayerChoice choice, Predicate<TrainingConfig> takes, String what) {
    List<NetworkLayer> layers = choice.of(layers(network));
    if (choice.isExplicit()) {
      List<String> without =
          layers.stream()
              .filter(layer -> layer.configurations().stream().noneMatch(takes))
              .map(NetworkLayer::name)
              .toList();
      if (!without.isEmpty()) {
        throw new IllegalArgumentException(
            "layers " + without + " have no " + what + "; leave them out of the choice");
      }
    }
    return layers.stream().map(layer -> layer.narrowed(takes)).toList();
  }
}
