package io.github.dl4jext.network;

/**
 * A layer, configured or live, that computes the same as a layer of DL4J, in another way. What is
 * known of the weights and of the output of DL4J's layer is true of this one too.
 */
public interface ComputesAs {

  /**
   * Returns the class of DL4J that computes the same.
   *
   * @return the class of a layer's configuration if this is one, of a live layer if this is one
   */
  Class<?> computesAs();

  /**
   * Returns the class that says what a layer computes.
   *
   * @param layer a layer, configured or live
   * @return DL4J's class that computes the same, if the layer names one; else the layer's own class
   */
  static Class<?> of(Object layer) {
    return layer instanceof ComputesAs other ? other.computesAs() : layer.getClass();
  }
}
