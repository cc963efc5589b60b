package io.github.dl4jext.network;

import io.github.dl4jext.spi.ParameterName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Describes how a network's parameters are laid out in its vector, by name and shape. It holds
 * nothing of the network itself, and may be stored beside a vector.
 *
 * @param parameters the parameters in the order of memory
 */
public record ParameterLayout(List<Entry> parameters) implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Describes one parameter.
   *
   * @param name its name
   * @param shape its shape
   */
  public record Entry(ParameterName name, List<Long> shape) implements Serializable {

    private static final long serialVersionUID = 1L;

    /**
     * Copies the shape.
     *
     * @param name its name
     * @param shape its shape
     */
    public Entry {
      shape = List.copyOf(new ArrayList<>(shape));
    }

    /**
     * Counts its elements.
     *
     * @return the product of the shape
     */
    public long length() {
      return shape.stream().reduce(1L, (a, b) -> a * b);
    }
  }

  /**
   * Copies the list.
   *
   * @param parameters the parameters in the order of memory
   */
  public ParameterLayout {
    parameters = List.copyOf(new ArrayList<>(parameters));
  }

  static ParameterLayout of(Network network) {
    return new ParameterLayout(
        network.slots().stream()
            .map(slot -> new Entry(slot.name(), shape(slot.value().shape())))
            .toList());
  }

  private static List<Long> shape(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  /**
   * Counts all elements.
   *
   * @return the length of the vector
   */
  public long length() {
    return parameters.stream().mapToLong(Entry::length).sum();
  }
}
