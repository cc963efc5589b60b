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
 * Holds a copy of what training changes, which is restored by the names of parameters and of state:
 * into the same network, or another one of the same structure.
 *
 * @param layout how the parameters are laid out
 * @param parameters the parameters
 * @param updaterState what the updater remembers; null if that is not wanted
 * @param iterations the steps that were done
 * @param epochs the epochs that were done
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
        network.parameters().dup().detach(), // one of a workspace would be overwritten
        withUpdaterState ? UpdaterState.copyOf(network) : null,
        network.progress().iterations(),
        epochs);
  }

  /** Tells everything in plain values; the arrays are this one's. */
  ListenerState state() {
    ListenerState state =
        new ListenerState()
            .put("layout", layout.toState())
            .put("parameters", parameters)
            .put("iterations", iterations)
            .put("epochs", epochs);
    return updaterState == null ? state : state.put("updater", updaterState.toState());
  }

  /** Makes one of a {@link #state}. */
  static Snapshot of(ListenerState state) {
    return new Snapshot(
        ParameterLayout.of(state.part("layout")),
        state.array("parameters"),
        state.findPart("updater").map(UpdaterState::of).orElse(null),
        state.count("iterations"),
        state.count("epochs"));
  }

  /** Checks whether the network has the same parameters, whatever is frozen in it. */
  boolean fits(Network network) {
    return ParameterMapping.between(layout, network.layout()).isComplete()
        && layout.length() == network.parameters().length();
  }

  /** Lists what differs, with reasons. */
  Map<?, String> missing(Network network) {
    Map<?, String> missing = ParameterMapping.between(layout, network.layout()).missing();
    return missing.isEmpty()
        ? ParameterMapping.between(network.layout(), layout).missing()
        : missing;
  }

  /**
   * Puts everything back.
   *
   * @param epochsNow what the network is to count as epochs, if the updater state is put back
   * @return the parameters whose updater state has no counterpart and was left as it is
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
