package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.ListenerState;
import java.io.Serializable;
import java.util.Objects;

/** Computes the mean training loss of the steps of an epoch, or of some steps. */
public final class MeanLoss implements Serializable {

  private static final long serialVersionUID = 1L;

  private double sum;
  private int steps;
  private boolean epochAnnounced;

  /** Returns sum and count. */
  public ListenerState state() {
    return new ListenerState()
        .put("sum", sum)
        .put("steps", steps)
        .put("epochAnnounced", epochAnnounced);
  }

  /**
   * Makes an instance from a {@link #state}.
   *
   * @param state a state that {@link #state} has returned
   * @return an instance with the same sum and count
   */
  public static MeanLoss of(ListenerState state) {
    Objects.requireNonNull(state, "mean loss: state must be given, was null");
    MeanLoss loss = new MeanLoss();
    loss.sum = state.number("sum");
    loss.steps = state.count("steps");
    loss.epochAnnounced = state.flag("epochAnnounced");
    return loss;
  }

  /** Begins an epoch. Steps of an epoch that was interrupted are forgotten. */
  public void beginEpoch() {
    clear();
    epochAnnounced = true;
  }

  /**
   * Adds the loss of a step.
   *
   * @param score the loss
   */
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
   * Returns whether DL4J has begun an epoch but had no batch for it, as when data are not reset.
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
