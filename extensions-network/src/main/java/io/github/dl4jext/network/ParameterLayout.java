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

  /**
   * Returns the layout as plain values.
   *
   * @return a state from which {@link #of(ListenerState)} makes the layout again
   */
  public ListenerState toState() {
    return new ListenerState()
        .put(
            "parameters",
            parameters.stream()
                .map(
                    entry ->
                        new ListenerState()
                            .put("node", entry.name().node())
                            .put("parameter", entry.name().parameter())
                            .put("shape", entry.shape().stream().mapToDouble(d -> d).toArray()))
                .toList());
  }

  /**
   * Makes a layout from plain values.
   *
   * @param state the result of {@link #toState}
   * @return the layout
   * @throws IllegalArgumentException if it is not such a result
   */
  public static ParameterLayout of(ListenerState state) {
    return new ParameterLayout(
        state.parts("parameters").stream()
            .map(
                part ->
                    new Entry(
                        new ParameterName(part.text("node"), part.text("parameter")),
                        Arrays.stream(part.numbers("shape")).mapToObj(d -> (long) d).toList()))
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
