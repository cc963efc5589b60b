package io.github.dl4jext.schedules.finder;

import java.util.Iterator;

/** Gives minibatches without end: the data are started anew when they end. */
record RepeatedData(Iterator<?> data, boolean resets, Runnable reset) {

  void start() {
    end();
    if (!data.hasNext()) {
      throw new IllegalStateException(
          LearningRateFinder.NAME
              + ": the data must have a minibatch, had none"
              + (resets ? " after a reset" : ""));
    }
  }

  Object next(int step) {
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
    return data.next();
  }

  void end() {
    if (resets) {
      reset.run();
    }
  }
}
