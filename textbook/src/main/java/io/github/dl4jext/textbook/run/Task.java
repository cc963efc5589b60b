package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunKey;
import io.github.dl4jext.textbook.api.RunResult;

/** Says what is to be run: an experiment with one seed, for so many epochs. */
record Task(Experiment experiment, long seed, int epochs) {

  String name() {
    return experiment.name() + " (seed " + seed + ")";
  }

  /** Whether nothing is gained by running it again on these images. */
  boolean isDone(RunResult old, String data) {
    return old.run().equals(new RunKey(experiment.name(), data, seed))
        && old.epochs() == epochs
        && !old.failed();
  }
}
