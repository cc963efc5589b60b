package io.github.dl4jext.network;

import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * A layer of a network, and whether it learns.
 *
 * @param index its position among the layers, from 0; in a graph, in topological order
 * @param name its name, such as {@code layer0}, or the vertex's name in a graph
 * @param layer its configuration, out of all wrappers that freeze it; null for a vertex with
 *     parameters that is no layer
 * @param type the simple name of its class, such as {@code DenseLayer}
 * @param parameters how many parameters it has
 * @param frozen whether it is frozen
 */
public record LayerStatus(
    int index, String name, Layer layer, String type, long parameters, boolean frozen) {

  /**
   * Whether training changes it.
   *
   * @return false if it is frozen or has no parameters
   */
  public boolean trainable() {
    return !frozen && parameters > 0;
  }
}
