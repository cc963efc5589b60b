package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.TrainedNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A copy of what training changes: parameters, and if wanted updater state and counts. */
final class Snapshot {

  private final boolean withUpdaterState;
  private INDArray params;
  private INDArray updaterState;
  private int iterations;
  private int epochs;

  /** Without updater state only the parameters are put back. */
  Snapshot(boolean withUpdaterState) {
    this.withUpdaterState = withUpdaterState;
  }

  /** Overwrites the copy; only the first one allocates. */
  void take(TrainedNetwork network) {
    params = copy(network.params(), params);
    updaterState = withUpdaterState ? copy(network.updaterState(), updaterState) : null;
    iterations = network.iterations();
    epochs = network.epochs();
  }

  boolean isTaken() {
    return params != null;
  }

  int iterations() {
    return iterations;
  }

  void putBack(TrainedNetwork network) {
    network.params().assign(params);
    if (withUpdaterState) {
      if (updaterState != null) {
        network.updaterState().assign(updaterState);
      }
      network.count(iterations, epochs);
    }
  }

  private static INDArray copy(INDArray from, INDArray to) {
    if (from == null) {
      return null;
    }
    if (to != null && to.equalShapes(from) && to.dataType() == from.dataType()) {
      return to.assign(from);
    }
    // An array of a workspace would be overwritten in the next step.
    return from.dup().detach();
  }
}
