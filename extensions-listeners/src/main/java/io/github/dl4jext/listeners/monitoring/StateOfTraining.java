package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.spi.Checks;

/** Marks a listener whose memory belongs to the training as a whole, not to one of its networks. */
interface StateOfTraining<L extends StateOfTraining<L>>
    extends StatefulListener, ResumableListener<L> {

  /** Returns the memory. */
  ListenerState state();

  /** Takes over the memory of another listener, if it has the same rule. */
  void loadState(ListenerState state);

  @Override
  default ListenerState state(Network network) {
    return state();
  }

  @Override
  default void loadState(Network network, ListenerState state) {
    loadState(state);
  }

  @Override
  default void resumeFrom(L before) {
    Checks.of(getClass().getSimpleName())
        .that(before != null, "resumeFrom", "given a listener", before)
        .done();
    loadState(before.state());
  }
}
