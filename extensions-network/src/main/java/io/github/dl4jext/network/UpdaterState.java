package io.github.dl4jext.network;

import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.ParameterName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keeps a copy of the state of a network's updater, by node, parameter and name of the state, so
 * that it can be put into another network, or into the same one after its blocks were rebuilt.
 */
public final class UpdaterState implements Serializable {

  private static final long serialVersionUID = 1L;

  /** False if the network had no updater. */
  private final boolean present;

  private final LinkedHashMap<ParameterName, LinkedHashMap<String, INDArray>> arrays =
      new LinkedHashMap<>();

  private UpdaterState(boolean present) {
    this.present = present;
  }

  /**
   * Copies the state of a network.
   *
   * @param network the network; if it has no updater, none is made
   * @return the copy, which shares no memory with the network
   */
  public static UpdaterState copyOf(Network network) {
    UpdaterState copy = new UpdaterState(network.updater().isPresent());
    return NetworkCopy.outsideOfWorkspaces(
        () -> {
          for (NodeState state : NodeState.in(network)) {
            LinkedHashMap<String, INDArray> own = new LinkedHashMap<>();
            state.arrays().forEach((name, view) -> own.put(name, view.dup()));
            copy.arrays.put(state.name(), own);
          }
          return copy;
        });
  }

  /**
   * Whether the network had an updater.
   *
   * @return false for a network that was never trained
   */
  public boolean isPresent() {
    return present;
  }

  /**
   * The state of one parameter.
   *
   * @param parameter the parameter
   * @return the arrays by name, in a new map; the arrays are this state's own; empty if nothing is
   *     known of the parameter
   */
  public Optional<Map<String, INDArray>> of(ParameterName parameter) {
    return Optional.ofNullable(arrays.get(parameter)).map(LinkedHashMap::new);
  }

  /**
   * Puts the state into a network. A parameter gets it if it was known by this name, with arrays of
   * the same names and lengths; others are left as they are, and are reported.
   *
   * @param network the network; it gets an updater if there is state to put in
   * @return which parameters were given their state, and which were not, with the reason
   */
  public CarryOver putInto(Network network) {
    return putInto(network, name -> name);
  }

  /**
   * Puts the state into a network in which layers have other names.
   *
   * @param network the network; it gets an updater if there is state to put in
   * @param nameBefore gives the former name of a parameter of the network
   * @return which parameters were given their state, and which were not, with the reason
   */
  public CarryOver putInto(Network network, UnaryOperator<ParameterName> nameBefore) {
    List<ParameterName> kept = new ArrayList<>();
    Map<ParameterName, String> reset = new LinkedHashMap<>();
    if (present) {
      if (network.updater().isEmpty()) {
        network.setUpdater(NetworkCopy.outsideOfWorkspaces(network::newUpdater));
      }
      for (NodeState state : NodeState.in(network)) {
        Map<String, INDArray> old = arrays.get(nameBefore.apply(state.name()));
        String obstacle = obstacle(old, state);
        if (obstacle == null) {
          Map<String, INDArray> fitting = old == null ? Map.of() : old;
          state.arrays().forEach((name, view) -> view.assign(fitting.get(name)));
          if (!state.arrays().isEmpty()) {
            kept.add(state.name());
          }
        } else {
          reset.put(state.name(), obstacle);
        }
      }
    }
    return new CarryOver(kept, reset);
  }

  /**
   * Returns the state as plain values; the arrays are this one's.
   *
   * @return a state from which {@link #of(ListenerState)} makes this one again
   */
  public ListenerState toState() {
    List<ListenerState> parameters = new ArrayList<>();
    arrays.forEach(
        (name, own) -> {
          ListenerState named = new ListenerState();
          own.forEach(named::put);
          parameters.add(
              new ListenerState()
                  .put("node", name.node())
                  .put("parameter", name.parameter())
                  .put("arrays", named));
        });
    return new ListenerState().put("present", present).put("parameters", parameters);
  }

  /**
   * Makes a state from plain values, whose arrays become the state's.
   *
   * @param state the result of {@link #toState}
   * @return the state
   * @throws IllegalArgumentException if it is not such a result
   */
  public static UpdaterState of(ListenerState state) {
    UpdaterState made = new UpdaterState(state.flag("present"));
    for (ListenerState part : state.parts("parameters")) {
      LinkedHashMap<String, INDArray> own = new LinkedHashMap<>();
      ListenerState named = part.part("arrays");
      named.names().forEach(name -> own.put(name, named.array(name)));
      made.arrays.put(new ParameterName(part.text("node"), part.text("parameter")), own);
    }
    return made;
  }

  /** Says why the state does not fit; null if it fits. */
  private static @Nullable String obstacle(@Nullable Map<String, INDArray> old, NodeState state) {
    Map<String, INDArray> now = state.arrays();
    if (old == null) {
      return now.isEmpty() ? null : "is new";
    }
    if (!old.keySet().equals(now.keySet())) {
      return "has state "
          + new TreeSet<>(now.keySet())
          + " instead of "
          + new TreeSet<>(old.keySet());
    }
    for (Map.Entry<String, INDArray> entry : now.entrySet()) {
      long length = entry.getValue().length();
      long before =
          Objects.requireNonNull(old.get(entry.getKey()), "the names are the same").length();
      if (length != before) {
        return "has " + length + " elements instead of " + before;
      }
    }
    return null;
  }
}
