package io.github.dl4jext.listeners.monitoring;

import java.io.Serializable;

/** Adds up the training loss of the steps of an epoch, or of some steps. */
public final class MeanLoss implements Serializable {

  private static final long serialVersionUID = 1L;

  private double sum;
  private int steps;
  private boolean epochAnnounced;

  MeanLoss copy() {
    MeanLoss copy = new MeanLoss();
    copy.sum = sum;
    copy.steps = steps;
    copy.epochAnnounced = epochAnnounced;
    return copy;
  }

  /** Begins an epoch. Steps of an epoch that was interrupted are forgotten. */
  public void beginEpoch() {
    clear();
    epochAnnounced = true;
  }

  /** Adds the loss of a step. */
  public void add(double score) {
    sum += score;
    steps++;
  }

  /** Counts the steps added. */
  public int steps() {
    return steps;
  }

  /** Returns the mean; NaN if there was no step. */
  public double mean() {
    return sum / steps;
  }

  /**
   * Checks whether DL4J has begun an epoch and then had no batch for it, as when data are not
   * reset.
   */
  boolean isOfEmptyEpoch() {
    return epochAnnounced && steps == 0;
  }

  void clear() {
    sum = 0;
    steps = 0;
    epochAnnounced = false;
  }
}
