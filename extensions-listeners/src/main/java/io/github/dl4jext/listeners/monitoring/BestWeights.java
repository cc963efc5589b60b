package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the weights of the best epoch, and restores them into a network with the same parameters.
 */
final class BestWeights implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(EarlyStopping.class);

  private final boolean withUpdaterState;

  /** Null before the first best epoch. */
  private @Nullable Snapshot snapshot;

  private int epoch = -1;
  private boolean warned;

  BestWeights(boolean withUpdaterState) {
    this.withUpdaterState = withUpdaterState;
  }

  ListenerState state() {
    ListenerState state = new ListenerState().put("epoch", epoch);
    return snapshot == null ? state : state.put("snapshot", snapshot.state());
  }

  void loadState(ListenerState other) {
    snapshot = other.findPart("snapshot").map(Snapshot::of).orElse(null);
    epoch = (int) other.whole("epoch");
  }

  /** Copies the network at the end of an epoch, before DL4J counts the epoch. */
  void take(Network network, int bestEpoch) {
    snapshot = Snapshot.of(network, withUpdaterState, network.progress().epochs());
    epoch = bestEpoch;
    warned = false;
  }

  boolean fits(Network network) {
    return snapshot != null && snapshot.fits(network);
  }

  /** Restores the weights from within a listener, before DL4J counts the epoch. */
  void putBackIfFitting(Network network) {
    if (snapshot != null && snapshot.fits(network)) {
      putBack(snapshot, network, snapshot.epochs());
    } else {
      warnOfMisfit(network);
    }
  }

  /** Restores the weights between epochs; returns false if there is nothing to restore. */
  boolean restore(Network network) {
    if (snapshot == null) {
      return false;
    }
    if (!snapshot.fits(network)) {
      throw new IllegalArgumentException(
          "early_stopping: the network must have the parameters that it had in the best epoch, "
              + epoch
              + "; in this one differ "
              + snapshot.missing(network));
    }
    putBack(snapshot, network, snapshot.epochs() + 1);
    return true;
  }

  private void putBack(Snapshot taken, Network network, int epochs) {
    List<?> left = taken.putBack(network, epochs);
    if (!left.isEmpty()) {
      warn("the updater state of {} stays, as there was none like it in the best epoch, {}", left);
    }
  }

  void warnOfMisfit(Network network) {
    if (snapshot != null && !snapshot.fits(network)) {
      warn(
          "{} of this network are not in the best epoch, {}, whose weights are not restored",
          snapshot.missing(network));
    }
  }

  private void warn(String text, Object what) {
    if (!warned) {
      warned = true;
      LOG.warn("early_stopping: " + text, what, epoch);
    }
  }
}
