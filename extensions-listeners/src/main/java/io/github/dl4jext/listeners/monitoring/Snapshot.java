package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterLayout;
import io.github.dl4jext.network.ParameterMapping;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.network.UpdaterState;
import io.github.dl4jext.spi.CarryOver;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds a copy of everything that training changes. It is restored by the names of the parameters
 * and of their state, into the same network or another one of the same structure.
 *
 * @param layout the layout of the parameters
 * @param parameters the parameters
 * @param updaterState the updater's state; null if it is not to be restored
 * @param iterations the number of steps that were done
 * @param epochs the number of epochs that were done
 */
record Snapshot(
    ParameterLayout layout,
    INDArray parameters,
    @Nullable UpdaterState updaterState,
    int iterations,
    int epochs)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  Snapshot {
    if (layout == null || parameters == null || parameters.length() != layout.length()) {
      throw new IllegalArgumentException("a snapshot must have as many parameters as its layout");
    }
  }

  /** Copies a network. */
  static Snapshot of(Network network, boolean withUpdaterState, int epochs) {
    return new Snapshot(
        network.layout(),
        network.parameters().dup().detach(), // an array of a workspace would be overwritten
        withUpdaterState ? UpdaterState.copyOf(network) : null,
        network.progress().iterations(),
        epochs);
  }

  /** Returns everything as plain values; the arrays are not copied. */
  ListenerState state() {
    ListenerState state =
        new ListenerState()
            .put("layout", layout.toState())
            .put("parameters", parameters)
            .put("iterations", iterations)
            .put("epochs", epochs);
    return updaterState == null ? state : state.put("updater", updaterState.toState());
  }

  /** Makes a snapshot from a {@link #state}. */
  static Snapshot of(ListenerState state) {
    return new Snapshot(
        ParameterLayout.of(state.part("layout")),
        state.array("parameters"),
        state.findPart("updater").map(UpdaterState::of).orElse(null),
        state.count("iterations"),
        state.count("epochs"));
  }

  /** Returns whether the network has the same parameters, frozen or not. */
  boolean fits(Network network) {
    return ParameterMapping.between(layout, network.layout()).isComplete()
        && layout.length() == network.parameters().length();
  }

  /** Lists the parameters that differ, with reasons. */
  Map<?, String> missing(Network network) {
    Map<?, String> missing = ParameterMapping.between(layout, network.layout()).missing();
    return missing.isEmpty()
        ? ParameterMapping.between(network.layout(), layout).missing()
        : missing;
  }

  /**
   * Restores everything.
   *
   * @param network the network into which it is restored
   * @param epochsNow the number of epochs that the network gets, if the updater's state is restored
   * @return the parameters whose updater's state has no counterpart and did not change
   */
  List<?> putBack(Network network, int epochsNow) {
    ParameterMapping mapping = ParameterMapping.between(layout, network.layout());
    network.parameters().assign(mapping.map(parameters, network.parameters()));
    if (updaterState == null) {
      return List.of();
    }
    CarryOver carried = updaterState.putInto(network);
    network.setProgress(new TrainingProgress(iterations, epochsNow));
    return List.copyOf(carried.reset().keySet());
  }
}
