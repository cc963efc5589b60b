package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunKey;
import io.github.dl4jext.textbook.api.RunResult;

/** A run to be made: an experiment with one seed, for a number of epochs. */
record Task(Experiment experiment, long seed, int epochs) {

  String name() {
    return experiment.name() + " (seed " + seed + ")";
  }

  /** Whether an earlier result is that of this task on these images, and did not fail. */
  boolean isDone(RunResult old, String data) {
    return old.run().equals(new RunKey(experiment.name(), data, seed))
        && old.epochs() == epochs
        && !old.failed();
  }
}
