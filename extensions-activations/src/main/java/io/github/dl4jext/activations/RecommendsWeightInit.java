package io.github.dl4jext.activations;

/**
 * An activation that names the initialiser which keeps the signal's variance from layer to layer.
 */
public interface RecommendsWeightInit {

  /**
   * The initialiser for the weights of a layer that ends in this activation.
   *
   * @return the plugin name of an {@code IWeightInit}, such as {@code he_normal}
   */
  String recommendedWeightInit();
}
