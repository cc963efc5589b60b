package io.github.dl4jext.network;

/**
 * A layer, configured or live, that computes the same as a layer of DL4J, in another way. What is
 * known of the weights and of the output of that one holds of this one.
 */
public interface ComputesAs {

  /**
   * Returns the class of DL4J that computes the same.
   *
   * @return the class of a layer, configured as this is or live as this is
   */
  Class<?> computesAs();

  /**
   * Tells what a layer computes.
   *
   * @param layer a layer, configured or live
   * @return its class, or that of DL4J which computes the same
   */
  static Class<?> of(Object layer) {
    return layer instanceof ComputesAs other ? other.computesAs() : layer.getClass();
  }
}
