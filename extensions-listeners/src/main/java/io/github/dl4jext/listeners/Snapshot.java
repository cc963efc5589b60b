package io.github.dl4jext.listeners;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A copy of all that training changes: parameters, what the updaters remember, the counts. */
final class Snapshot {

  private INDArray params;
  private INDArray updaterState;
  private int iterations;
  private int epochs;

  /** Overwrites the copy; only the first one allocates. */
  void take(Network network) {
    params = copy(network.params(), params);
    updaterState = copy(network.updaterState(), updaterState);
    iterations = network.iterations();
    epochs = network.epochs();
  }

  boolean isTaken() {
    return params != null;
  }

  int iterations() {
    return iterations;
  }

  int epochs() {
    return epochs;
  }

  void putBack(Network network) {
    putBackParams(network);
    INDArray state = network.updaterState();
    if (state != null) {
      state.assign(updaterState);
    }
    network.count(iterations, epochs);
  }

  void putBackParams(Network network) {
    network.params().assign(params);
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
