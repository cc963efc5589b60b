package io.github.dl4jext.listeners.checkpoints;

/** Counts the batches of a network's epoch; it does not count outside of epochs. */
final class EpochPlace {

  /** Whether the folder was checked, which is done once, before the first update. */
  boolean started;

  private boolean withinEpoch;
  private int batches;

  void set(boolean within, int done) {
    withinEpoch = within;
    batches = done;
  }

  void step() {
    batches += withinEpoch ? 1 : 0;
  }

  int batches() {
    return batches;
  }

  EpochPlace copy() {
    EpochPlace copy = new EpochPlace();
    copy.started = started;
    copy.set(withinEpoch, batches);
    return copy;
  }
}
