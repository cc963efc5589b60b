package io.github.dl4jext.textbook;

/** What is to be run: an experiment with one seed, for so many epochs. */
record Task(Experiment experiment, long seed, int epochs) {

  RunId id(String data) {
    return new RunId(experiment.name(), data, seed);
  }

  String name() {
    return experiment.name() + " (seed " + seed + ")";
  }
}
