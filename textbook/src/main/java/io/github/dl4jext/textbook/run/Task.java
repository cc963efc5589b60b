package io.github.dl4jext.textbook.run;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunKey;

/** What is to be run: an experiment with one seed, for so many epochs. */
record Task(Experiment experiment, long seed, int epochs) {

  RunKey id(String data) {
    return new RunKey(experiment.name(), data, seed);
  }

  String name() {
    return experiment.name() + " (seed " + seed + ")";
  }
}
