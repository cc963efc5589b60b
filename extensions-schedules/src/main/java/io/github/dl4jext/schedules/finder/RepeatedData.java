package io.github.dl4jext.schedules.finder;

import io.github.dl4jext.network.Network;
import java.util.Iterator;
import java.util.function.BiConsumer;

/** Trains on minibatches without end: when the data end, they start again. */
record RepeatedData<B>(
    Iterator<? extends B> data, BiConsumer<Network, B> training, boolean resets, Runnable reset) {

  void start() {
    end();
    if (!data.hasNext()) {
      throw new IllegalStateException(
          LearningRateFinder.NAME
              + ": the data must have a minibatch, had none"
              + (resets ? " after a reset" : ""));
    }
  }

  /** Trains a network on the next minibatch. */
  void fit(Network network, int step) {
    if (!data.hasNext()) {
      if (!resets) {
        throw new IllegalStateException(
            LearningRateFinder.NAME
                + ": the data ended at step "
                + step
                + " and cannot be reset; give an iterator that can, or take fewer steps");
      }
      reset.run();
    }
    training.accept(network, data.next());
  }

  void end() {
    if (resets) {
      reset.run();
    }
  }
}
