package io.github.dl4jext.spi;

import java.io.Serializable;
import java.util.Objects;

/**
 * Names a parameter of a network, so that it can be found in another network.
 *
 * @param node the name of the layer or vertex, which no other one of the network has
 * @param parameter the parameter's name within it, such as {@code W}
 */
public record ParameterName(String node, String parameter) implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Refuses null.
   *
   * @param node the node's name
   * @param parameter the parameter's name
   */
  public ParameterName {
    Objects.requireNonNull(node, "the node's name must not be null");
    Objects.requireNonNull(parameter, "the parameter's name must not be null");
  }

  @Override
  public String toString() {
    return node + "." + parameter;
  }
}
